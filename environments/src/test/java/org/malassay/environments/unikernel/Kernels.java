package org.malassay.environments.unikernel;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Timeouts;

/** The kernels that are under test, and others of the same sources. */
final class Kernels {
  /** The folder of the library OS. */
  static final Path SOURCES =
      Path.of(Objects.requireNonNull(System.getProperty("malassay.root")))
          .resolve("environments/unikernel");

  private Kernels() {}

  /** The one that guests of this kind boot, built when it is not there. */
  static Path get(Kind kind) throws EnvironmentException {
    Cache cache = Cache.in(Optional.empty(), "unikernel/" + kind.environment());
    return built(kind, cache).folder().resolve(kind.kernel());
  }

  /** The digest of one that is built anew, in another folder. */
  static String digestOfAnother(Kind kind, Path folder) throws EnvironmentException {
    return built(kind, new Cache(folder)).digest();
  }

  private static Cache.Entry built(Kind kind, Cache cache) throws EnvironmentException {
    return kind.recipe().get().get(cache, KindProvider.CACHE.name(), new Timeouts(1));
  }
}

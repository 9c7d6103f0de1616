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

  /** The one that guests boot of environments with this kernel, built when it is not there. */
  static Path get(Kernel kernel) throws EnvironmentException {
    Cache cache = Cache.in(Optional.empty(), "unikernel/" + kernel.environment());
    return built(kernel, cache).folder().resolve(kernel.file());
  }

  /** A machine in whose network the guest finds nothing. */
  static UnikernelMachine machine(Path kernel, int memoryMiB) {
    return new UnikernelMachine(kernel, memoryMiB, Optional.empty());
  }

  /** The digest of one that is built anew, in another folder. */
  static String digestOfAnother(Kernel kernel, Path folder) throws EnvironmentException {
    return built(kernel, new Cache(folder)).digest();
  }

  private static Cache.Entry built(Kernel kernel, Cache cache) throws EnvironmentException {
    return kernel.recipe().get().get(cache, KernelProvider.CACHE.name(), new Timeouts(1));
  }
}

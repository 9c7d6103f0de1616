package org.malassay.environments.container;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;

/**
 * An image of the user's that this machine's engine has, or pulls.
 *
 * @param name as it is given by {@code -Dcontainer.image}
 * @param id the engine's
 */
record UsersImage(String name, String id) {
  private static final int SHORT = 12;

  /** Finds it. */
  static UsersImage find(String name, Timeouts timeouts) throws EnvironmentException {
    try (Engine engine = Engine.find(timeouts)) {
      return new UsersImage(
          name, String.valueOf(new GuestImages(engine, engine.info()).users(name).getId()));
    } catch (GuestException e) {
      throw new EnvironmentException(
          "-D%s=%s is taken from this machine's engine: %s"
              .formatted(ContainerProvider.IMAGE.name(), name, e.getMessage()),
          e);
    }
  }

  /** What tells its machine from those of other images. */
  String variant() {
    String digest = id.substring(id.indexOf(':') + 1).toLowerCase(Locale.ROOT);
    return digest.substring(0, Math.min(SHORT, digest.length()));
  }

  /** Writes an archive of it. */
  void save(Path file, Timeouts timeouts) throws IOException {
    try (Engine engine = Engine.find(timeouts)) {
      engine.save(name, file);
    } catch (GuestException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}

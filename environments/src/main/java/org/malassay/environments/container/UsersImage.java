package org.malassay.environments.container;

import com.github.dockerjava.api.command.InspectImageResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;
import org.malassay.sample.SafeText;

/**
 * An image of the user's that this machine's engine has, or pulls.
 *
 * @param name as it is given by {@code -Dcontainer.image}
 * @param id the engine's
 */
record UsersImage(String name, String id) {
  private static final int SHORT = 12;

  /** As images name them. */
  private static final List<String> ARCHITECTURES = List.of("arm", "arm64");

  /** Finds it. */
  static UsersImage find(String name, Timeouts timeouts) throws EnvironmentException {
    try (Engine engine = Engine.find(timeouts)) {
      return of(name, new GuestImages(engine, engine.info()).users(name));
    } catch (GuestException e) {
      throw new EnvironmentException(
          "-D%s=%s is taken from this machine's engine: %s"
              .formatted(ContainerProvider.IMAGE.name(), name, e.getMessage()),
          e);
    }
  }

  /**
   * One of which the ARM kernel can make containers.
   *
   * @param image what the engine says of it
   */
  static UsersImage of(String name, InspectImageResponse image) throws EnvironmentException {
    String architecture = String.valueOf(image.getArch());
    if (!ARCHITECTURES.contains(architecture)) {
      throw new EnvironmentException(
          ("-D%s=%s is an image for %s, and the ARM kernel runs those for %s: pull or build it for"
                  + " one of these (docker pull --platform linux/arm64), name another, or give %s")
              .formatted(
                  ContainerProvider.IMAGE.name(),
                  name,
                  SafeText.printable(architecture),
                  String.join(" and ", ARCHITECTURES),
                  Kernel.HOST.asGiven()));
    }
    var unused = GuestImages.command(name, image);
    return new UsersImage(name, String.valueOf(image.getId()));
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

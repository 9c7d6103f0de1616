package org.malassay.environments.raspbian;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.agent.AgentProgram;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.ImageRecipe;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.login.LoginPrograms;
import org.malassay.environments.machine.Image;

/** Builds the image when its recipe has changed, or has an original one of the user's prepared. */
final class ImageStore {
  /** From the folder {@code environments/raspbian}, and what it shares with other environments. */
  static final Recipe RECIPE =
      recipe("build-image.sh")
          .and(LoginPrograms.recipe())
          .and(Recipe.ofFolder("/org/malassay/environments/defence/suite").in("suite"));

  /** All that an image consists of. */
  static final List<String> FILES =
      List.of(
          Image.KERNEL,
          Image.DISK,
          Image.KEY,
          Image.HOST_KEY,
          Image.KERNEL_VERSION,
          Image.DEBIAN,
          Image.BOARDS,
          RaspberryPi3.DEVICE_TREE,
          Image.initrd(Boards.VIRT),
          Image.initrd(Boards.RASPI3B));

  private static final Duration BUILDING = Duration.ofMinutes(45);
  private static final long BYTES = 512L << 20;

  private static final ImageRecipe IMAGE =
      new ImageRecipe(
          RaspbianProvider.NAME,
          RECIPE,
          List.of(),
          Image.builders(),
          FILES,
          BYTES,
          BUILDING,
          "about five minutes");

  private final Cache cache;
  private final Optional<OriginalImage> original;

  /**
   * @param original an image of Raspberry Pi OS, which is only read; empty for the image of the
   *     recipe
   */
  ImageStore(Cache cache, Optional<OriginalImage> original) {
    this.cache = cache;
    this.original = original;
  }

  /** The files of a recipe: its script, and what all of them put into an image. */
  static Recipe recipe(String script) {
    return Recipe.ofResources(
            "/org/malassay/environments/raspbian/" + script,
            "/org/malassay/environments/machine/guest.sh",
            "/org/malassay/environments/machine/awake.c",
            "/org/malassay/environments/debian/debian.sh",
            "/org/malassay/environments/service/nginx.conf",
            "/org/malassay/environments/service/index.html")
        .and(AgentProgram.recipe());
  }

  /** What tells this image from others, for the header of a run. */
  Map<String, String> facts() {
    return original.map(OriginalImage::facts).orElse(Map.of("recipe", RECIPE.digest()));
  }

  /** What must be installed to make what is not there yet; empty when nothing is missing. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (original.isPresent()) {
      if (!original.get().isPrepared(cache)) {
        missing.addAll(IMAGE.missingPrograms());
        missing.addAll(original.get().missingPrograms());
      }
    } else if (!IMAGE.isBuilt(cache)) {
      missing.addAll(IMAGE.missingPrograms());
      Tools.missingToRunArm().ifPresent(missing::add);
    }
    return missing;
  }

  /** The image, made if need be. */
  Image get(Timeouts timeouts) throws EnvironmentException {
    Cache.Entry entry =
        original.isPresent()
            ? original.get().get(cache, timeouts)
            : IMAGE.get(cache, RaspbianProvider.CACHE.name(), timeouts);
    return new Image(entry.folder(), entry.digest());
  }
}

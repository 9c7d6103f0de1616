package org.malassay.environments.container;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.malassay.environments.machine.Virt;

/** The images of machines with a Docker engine and the archive of one container's image in them. */
final class MachineImages {
  /**
   * From the folder {@code environments/container/machine}; with the recipe of the container's own
   * image in a folder of it.
   */
  static final Recipe RECIPE =
      Recipe.ofResources(
              "/org/malassay/environments/container/machine/build-image.sh",
              "/org/malassay/environments/container/machine/names.c",
              "/org/malassay/environments/container/machine/names.h",
              "/org/malassay/environments/container/machine/network.sh",
              "/org/malassay/environments/container/machine/runtime.sh",
              "/org/malassay/environments/container/machine/start.sh",
              "/org/malassay/environments/machine/guest.sh",
              "/org/malassay/environments/machine/awake.c",
              "/org/malassay/environments/debian/debian.sh")
          .and(AgentProgram.recipeOfContainers())
          .and(LoginPrograms.recipe())
          .and(GuestImages.RECIPE.in("container"));

  private static final List<String> FILES =
      List.of(
          Image.KERNEL,
          Image.DISK,
          Image.KEY,
          Image.HOST_KEY,
          Image.KERNEL_VERSION,
          Image.DEBIAN,
          Image.BOARDS,
          Image.initrd(new Virt()));

  private static final ImageRecipe IMAGE =
      new ImageRecipe(
          ContainerProvider.NAME,
          RECIPE,
          List.of(),
          Image.builders(),
          FILES,
          1L << 30,
          Duration.ofMinutes(45),
          "about five minutes");

  private final Cache cache;
  private final Optional<UsersImage> users;

  /**
   * @param users what containers are made from in place of the project's own image
   */
  MachineImages(Cache cache, Optional<UsersImage> users) {
    this.cache = cache;
    this.users = users;
  }

  /** What must be installed to make what is not there yet; empty when nothing is missing. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    boolean isBuilt =
        users.map(it -> IMAGE.isBuilt(cache, it.variant())).orElseGet(() -> IMAGE.isBuilt(cache));
    if (!isBuilt) {
      missing.addAll(IMAGE.missingPrograms());
      Tools.missingToRunArm().ifPresent(missing::add);
    }
    return missing;
  }

  /** The image, made if need be. */
  Image get(Timeouts timeouts) throws EnvironmentException {
    String option = ContainerProvider.CACHE.name();
    Cache.Entry entry =
        users.isPresent()
            ? IMAGE.get(
                cache,
                option,
                timeouts,
                users.get().variant(),
                file -> users.get().save(file, timeouts))
            : IMAGE.get(cache, option, timeouts);
    return new Image(entry.folder(), entry.digest());
  }
}

package org.malassay.raspbian;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.environment.EnvironmentException;
import org.malassay.guest.Recipe;
import org.malassay.guest.Tools;
import org.malassay.qemu.Cache;
import org.malassay.qemu.ImageRecipe;

/** Builds the image when its recipe has changed. */
final class ImageStore {
  /** From the folder {@code environments/raspbian}, and what it shares with other environments. */
  static final Recipe RECIPE =
      Recipe.ofResources(
          "/org/malassay/raspbian/build-image.sh",
          "/org/malassay/raspbian/awake.c",
          "/org/malassay/container/agent.c",
          "/org/malassay/container/nginx.conf",
          "/org/malassay/page/index.html");

  private static final Duration BUILDING = Duration.ofMinutes(45);
  private static final List<String> BOOTED = List.of(Image.KERNEL, Image.INITRD, Image.DISK);
  private static final List<String> FILES =
      List.of(
          Image.KERNEL, Image.INITRD, Image.DISK, Image.KEY, Image.HOST_KEY, Image.KERNEL_VERSION);

  /** The programs that the recipe calls, and the Debian packages that have them. */
  private static final Map<String, String> PROGRAMS = programs();

  private static final ImageRecipe IMAGE =
      new ImageRecipe(
          RaspbianProvider.NAME,
          RECIPE,
          List.of(),
          PROGRAMS,
          FILES,
          BOOTED,
          BUILDING,
          "about five minutes");

  private final Cache cache;

  ImageStore(Cache cache) {
    this.cache = cache;
  }

  private static Map<String, String> programs() {
    Map<String, String> programs = new LinkedHashMap<>();
    programs.put("mmdebstrap", "mmdebstrap");
    programs.put("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf");
    programs.put("mke2fs", "e2fsprogs");
    programs.put("depmod", "kmod");
    programs.put("cpio", "cpio");
    programs.put("xz", "xz-utils");
    programs.put("ssh-keygen", "openssh-client");
    return programs;
  }

  /** What must be installed to build what is not there yet; empty when nothing is missing. */
  List<String> missing() {
    if (IMAGE.isBuilt(cache)) {
      return List.of();
    }
    List<String> missing = new ArrayList<>(IMAGE.missingPrograms());
    if (!Tools.runsArm()) {
      missing.add("qemu-user with binfmt_misc, by which the kernel runs ARM programs");
    }
    return missing;
  }

  /** The image of the recipe. */
  Image get() throws EnvironmentException {
    Cache.Entry entry = IMAGE.get(cache, RaspbianProvider.CACHE.name());
    return new Image(entry.folder(), entry.digest());
  }
}

package org.malassay.raspbian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.environment.EnvironmentException;
import org.malassay.guest.Recipe;
import org.malassay.guest.Tools;
import org.malassay.qemu.Cache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the image when its recipe has changed. */
final class ImageStore {
  private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

  /** From the folder {@code environments/raspbian}, and what it shares with other environments. */
  static final Recipe RECIPE =
      Recipe.ofResources(
          "/org/malassay/raspbian/build-image.sh",
          "/org/malassay/raspbian/awake.c",
          "/org/malassay/container/agent.c",
          "/org/malassay/container/nginx.conf",
          "/org/malassay/page/index.html");

  private static final Duration BUILDING = Duration.ofMinutes(45);
  private static final int SHORT = 12;
  private static final List<String> BOOTED = List.of(Image.KERNEL, Image.INITRD, Image.DISK);
  private static final List<String> FILES =
      List.of(
          Image.KERNEL, Image.INITRD, Image.DISK, Image.KEY, Image.HOST_KEY, Image.KERNEL_VERSION);

  /** The programs that the recipe calls, and the Debian packages that have them. */
  private static final Map<String, String> PROGRAMS = programs();

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

  private static String name() {
    return "image-" + RECIPE.digest().substring(0, SHORT);
  }

  /** What must be installed to build what is not there yet; empty when nothing is missing. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (cache.find(name(), FILES).isPresent()) {
      return missing;
    }
    PROGRAMS.forEach(
        (program, debianPackage) -> {
          if (!Tools.isInstalled(program)) {
            missing.add("%s, which builds the image: %s".formatted(debianPackage, program));
          }
        });
    if (!Tools.runsArm()) {
      missing.add("qemu-user with binfmt_misc, by which the kernel runs ARM programs");
    }
    return missing;
  }

  /** The image of the recipe. */
  Image get() throws EnvironmentException {
    try {
      Cache.Entry entry = cache.get(name(), FILES, BOOTED, ImageStore::build);
      return new Image(entry.folder(), entry.digest());
    } catch (IOException e) {
      throw new EnvironmentException(
          "the image of the raspbian environment could not be built; try -Dsetup, or another folder"
              + " by -Draspbian.cache=FOLDER: "
              + e.getMessage(),
          e);
    }
  }

  private static void build(Path out) throws IOException {
    LOG.info("building the image of the raspbian environment (once; takes about five minutes)");
    Path recipe = Files.createTempDirectory("malassay");
    try {
      RECIPE.writeTo(recipe);
      Tools.run(
          List.of("sh", "build-image.sh", out.toAbsolutePath().toString()),
          recipe,
          BUILDING,
          LOG::debug);
    } finally {
      Cache.delete(recipe);
    }
  }
}

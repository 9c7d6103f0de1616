package org.malassay.raspbian;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.environment.EnvironmentException;
import org.malassay.guest.Digests;
import org.malassay.guest.Recipe;
import org.malassay.guest.Tools;
import org.malassay.qemu.Cache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the image when its recipe has changed, or prepares an original one of the user's. */
final class ImageStore {
  private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
  private static final String BUILD = "build-image.sh";
  private static final String PREPARE = "prepare-image.sh";

  /** From the folder {@code environments/raspbian}, and what it shares with other environments. */
  static final Recipe BUILD_RECIPE = recipe(BUILD);

  static final Recipe PREPARE_RECIPE = recipe(PREPARE);

  private static final Duration BUILDING = Duration.ofMinutes(45);
  private static final Duration COPYING = Duration.ofMinutes(30);
  private static final int SHORT = 12;
  private static final byte[] XZ = {(byte) 0xFD, '7', 'z', 'X', 'Z', 0};
  private static final long BUILD_BYTES = 512L << 20;

  private final Cache cache;
  private final Optional<Path> original;
  private final Recipe recipe;
  private final String name;
  private final Map<String, String> facts = new LinkedHashMap<>();

  /**
   * @param original an image of Raspberry Pi OS, {@code .img} or {@code .img.xz}, which is only
   *     read; empty for the image of the recipe
   * @throws EnvironmentException if it cannot be read
   */
  ImageStore(Cache cache, Optional<Path> original) throws EnvironmentException {
    this.cache = cache;
    this.original = original;
    this.recipe = original.isPresent() ? PREPARE_RECIPE : BUILD_RECIPE;
    if (original.isPresent()) {
      String digest = digest(original.get());
      facts.put("original image", digest + " " + original.get().getFileName());
      String both =
          Recipe.ofFiles(Map.of("recipe", bytes(recipe.digest()), "image", bytes(digest))).digest();
      name = "original-" + both.substring(0, SHORT);
    } else {
      name = "image-" + recipe.digest().substring(0, SHORT);
    }
    facts.put("recipe", recipe.digest());
  }

  private static Recipe recipe(String script) {
    return Recipe.ofResources(
        "/org/malassay/raspbian/" + script,
        "/org/malassay/raspbian/guest.sh",
        "/org/malassay/raspbian/awake.c",
        "/org/malassay/container/agent.c",
        "/org/malassay/container/nginx.conf",
        "/org/malassay/page/index.html");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String digest(Path file) throws EnvironmentException {
    if (!Files.isRegularFile(file)) {
      throw new EnvironmentException(unusable(file, "there is no such file"));
    }
    MessageDigest digest = Digests.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new EnvironmentException(unusable(file, "it cannot be read: " + e), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String unusable(Path file, String why) {
    return "-Draspbian.image=%s cannot be used: %s".formatted(file, why);
  }

  /** What tells this image from others, for the header of a run. */
  Map<String, String> facts() {
    return Collections.unmodifiableMap(facts);
  }

  /** The programs that make it, and the Debian packages that have them. */
  private Map<String, String> programs() {
    Map<String, String> programs = new LinkedHashMap<>();
    programs.put("mmdebstrap", "mmdebstrap");
    programs.put("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf");
    programs.put("mke2fs", "e2fsprogs");
    programs.put("depmod", "kmod");
    programs.put("cpio", "cpio");
    programs.put("xz", "xz-utils");
    programs.put("ssh-keygen", "openssh-client");
    if (original.isPresent()) {
      programs.put("mcopy", "mtools");
      programs.put("debugfs", "e2fsprogs");
      programs.put("dpkg-deb", "dpkg");
    }
    return programs;
  }

  /** What must be installed to make what is not there yet; empty when nothing is missing. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (cache.find(name, Image.FILES).isPresent()) {
      return missing;
    }
    programs()
        .forEach(
            (program, debianPackage) -> {
              if (!Tools.isInstalled(program)) {
                missing.add("%s, which makes the image: %s".formatted(debianPackage, program));
              }
            });
    if (!System.getProperty("user.name").equals("root") && !Tools.isInstalled("newuidmap")) {
      missing.add("uidmap, by which others than root make the image: newuidmap");
    }
    if (original.isEmpty() && !Tools.runsArm()) {
      missing.add("qemu-user with binfmt_misc, by which the kernel runs ARM programs");
    }
    return missing;
  }

  /** The image, made if need be. */
  Image get() throws EnvironmentException {
    try {
      Cache.Entry entry = cache.get(name, Image.FILES, BUILD_BYTES, this::make);
      return new Image(entry.folder(), entry.digest());
    } catch (IOException e) {
      if (original.isPresent()) {
        throw new EnvironmentException(unusable(original.get(), lastLine(e)), e);
      }
      throw new EnvironmentException(
          "the image of the raspbian environment could not be built; try -Dsetup, or another folder"
              + " by -Draspbian.cache=FOLDER: "
              + e.getMessage(),
          e);
    }
  }

  /** The scripts say last why they gave up. */
  private static String lastLine(IOException e) {
    String message = String.valueOf(e.getMessage()).strip();
    String last = message.substring(message.lastIndexOf('\n') + 1);
    return last.contains("No space left on device")
        ? last + "; -Draspbian.cache=FOLDER names a folder elsewhere"
        : last;
  }

  private void make(Path out) throws IOException {
    Path files = Files.createTempDirectory("malassay");
    try {
      recipe.writeTo(files);
      if (original.isPresent()) {
        prepare(original.get(), files, out);
      } else {
        LOG.info("building the image of the raspbian environment (once; takes about five minutes)");
        run(List.of("sh", BUILD, out.toString()), files, BUILDING);
      }
    } finally {
      Cache.delete(files);
    }
  }

  private static void prepare(Path original, Path files, Path out) throws IOException {
    LOG.info("preparing a copy of {} (once; takes a minute or two)", original);
    Path disk = out.resolve("disk.raw");
    String copy =
        isXz(original)
            ? "exec xz -dc -- \"$1\" >\"$2\""
            : "exec cp --sparse=always -- \"$1\" \"$2\"";
    run(List.of("sh", "-c", copy, "sh", original.toString(), disk.toString()), files, COPYING);
    Partitions partitions = Partitions.read(disk);
    run(
        List.of(
            "sh",
            PREPARE,
            disk.toString(),
            Long.toString(partitions.bootStart()),
            Long.toString(partitions.rootStart()),
            Integer.toString(partitions.rootNumber()),
            out.toString()),
        files,
        BUILDING);
    Files.delete(disk);
  }

  private static boolean isXz(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return java.util.Arrays.equals(in.readNBytes(XZ.length), XZ);
    }
  }

  private static void run(List<String> command, Path folder, Duration timeout) throws IOException {
    Tools.run(command, folder, timeout, LOG::debug);
  }
}

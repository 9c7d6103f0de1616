package org.malassay.environments.raspbian;

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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Digests;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.host.Workshop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An image of Raspberry Pi OS as it is downloaded. The file is only read; what boots is a copy,
 * which the script {@code prepare-image.sh} prepares once.
 *
 * @param file an {@code .img} or {@code .img.xz}
 * @param digest SHA-256 of the file, in hexadecimal
 */
record OriginalImage(Path file, String digest) {
  private static final Logger LOG = LoggerFactory.getLogger(OriginalImage.class);
  private static final String SCRIPT = "prepare-image.sh";
  static final Recipe RECIPE = ImageStore.recipe(SCRIPT);
  private static final Duration PREPARING = Duration.ofMinutes(45);
  private static final Duration COPYING = Duration.ofMinutes(30);
  private static final int SHORT = 12;
  private static final byte[] XZ = {(byte) 0xFD, '7', 'z', 'X', 'Z', 0};

  /** What is less is no use, whatever is in the image. */
  private static final long BYTES = 512L << 20;

  /** Reads the file to its end, which takes a while. */
  static OriginalImage of(Path file) throws EnvironmentException {
    if (!Files.isRegularFile(file)) {
      throw new EnvironmentException(unusable(file, "there is no such file"));
    }
    MessageDigest digest = Digests.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new EnvironmentException(unusable(file, "it cannot be read: " + e), e);
    }
    return new OriginalImage(file, HexFormat.of().formatHex(digest.digest()));
  }

  private static String unusable(Path file, String why) {
    return "-Draspbian.image=%s cannot be used: %s".formatted(file, why);
  }

  private String entry() {
    Map<String, byte[]> both =
        Map.of("recipe", RECIPE.digest().getBytes(UTF_8), "image", digest.getBytes(UTF_8));
    return "original-" + Recipe.ofFiles(both).digest().substring(0, SHORT);
  }

  /** For the header of a run. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("original image", digest + " " + file.getFileName());
    facts.put("recipe", RECIPE.digest());
    return facts;
  }

  /** True when the copy need not be made. */
  boolean isPrepared(Cache cache) {
    return cache.find(entry(), ImageStore.FILES).isPresent();
  }

  /** What must be installed besides that which builds an image; empty when nothing is missing. */
  List<String> missingPrograms() {
    List<String> missing = new ArrayList<>();
    if (!Tools.isInstalled("mcopy")) {
      missing.add("mtools, which reads the image's boot partition: mcopy");
    }
    if (!Tools.isInstalled("debugfs")) {
      missing.add("e2fsprogs, which changes the copy's root partition: debugfs");
    }
    return missing;
  }

  /** The prepared copy, made when it is not there. */
  Cache.Entry get(Cache cache, Timeouts timeouts) throws EnvironmentException {
    try {
      return cache.get(entry(), ImageStore.FILES, BYTES, out -> make(out, timeouts));
    } catch (IOException e) {
      throw new EnvironmentException(unusable(file, lastLine(e)), e);
    }
  }

  /** Programs say last why they gave up. */
  private static String lastLine(IOException e) {
    String message = String.valueOf(e.getMessage()).strip();
    String last = message.substring(message.lastIndexOf('\n') + 1);
    return last.contains("No space left on device") || last.endsWith("are needed")
        ? last + "; -Draspbian.cache=FOLDER names a folder elsewhere"
        : last;
  }

  private void make(Path out, Timeouts timeouts) throws IOException {
    LOG.info("preparing a copy of {} (once; takes a minute or two)", file);
    try (Workshop workshop = Workshop.of(RECIPE)) {
      Path disk = out.resolve("disk.raw");
      String copy =
          isXz() ? "exec xz -dc -- \"$1\" >\"$2\"" : "exec cp --sparse=always -- \"$1\" \"$2\"";
      Tools.run(
          List.of("sh", "-c", copy, "sh", file.toString(), disk.toString()),
          workshop.folder(),
          timeouts,
          COPYING,
          LOG::debug);
      Partitions partitions = Partitions.read(disk);
      Tools.run(
          List.of(
              "sh",
              SCRIPT,
              disk.toString(),
              Long.toString(partitions.bootStart()),
              Long.toString(partitions.rootStart()),
              Integer.toString(partitions.rootNumber()),
              out.toString()),
          workshop.folder(),
          timeouts,
          PREPARING,
          LOG::debug);
      Files.delete(disk);
    }
  }

  private boolean isXz() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(XZ.length), XZ);
    }
  }
}

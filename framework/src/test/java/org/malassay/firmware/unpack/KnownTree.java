package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The files that the images of the tests hold. */
final class KnownTree {
  private KnownTree() {}

  /** By path, with their modes. */
  static final Map<String, Integer> FOLDERS =
      Map.of(
          "/bin",
          0755,
          "/etc",
          0755,
          "/usr",
          0755,
          "/usr/share",
          0755,
          "/var",
          0755,
          "/var/empty",
          0700);

  static final Map<String, String> LINKS =
      Map.of(
          "/bin/sh",
          "busybox",
          "/etc/far",
          "../../../../../etc/shadow",
          "/usr/long",
          "/a".repeat(70));

  static final Map<String, Integer> MODES =
      Map.of("/bin/busybox", 04755, "/etc/passwd", 0644, "/etc/shadow", 0600);

  static Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    byte[] random = new byte[5000];
    new Random(16).nextBytes(random);
    files.put("/bin/busybox", random);
    files.put("/etc/passwd", "root::0:0:root:/root:/bin/sh\n".getBytes(UTF_8));
    files.put("/etc/shadow", "root::19000:0:99999:7:::\n".getBytes(UTF_8));
    files.put("/etc/empty", new byte[0]);
    files.put("/usr/share/words", words());
    files.put("/usr/share/zeros", new byte[9000]);
    files.put(
        "/usr/share/a name of two words and sixty letters, to be longer than short",
        new byte[] {1});
    return files;
  }

  /** Compressible, and longer than a block of any of the formats. */
  static byte[] words() {
    StringBuilder words = new StringBuilder();
    for (int i = 0; words.length() < 150_000; i++) {
      words.append("line ").append(i * 7919 % 100_003).append(" of a file that compresses well\n");
    }
    return words.toString().getBytes(UTF_8);
  }

  static void write(Path folder) throws IOException {
    for (String path : new java.util.TreeSet<>(FOLDERS.keySet())) {
      Files.createDirectories(folder.resolve(path.substring(1)));
    }
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      Path path = folder.resolve(file.getKey().substring(1));
      Files.write(path, file.getValue());
      mode(path, MODES.getOrDefault(file.getKey(), 0644));
    }
    for (Map.Entry<String, String> link : LINKS.entrySet()) {
      Files.createSymbolicLink(
          folder.resolve(link.getKey().substring(1)), Path.of(link.getValue()));
    }
    for (Map.Entry<String, Integer> made : FOLDERS.entrySet()) {
      mode(folder.resolve(made.getKey().substring(1)), made.getValue());
    }
  }

  private static void mode(Path path, int mode) throws IOException {
    Files.setAttribute(path, "unix:mode", mode);
  }

  /** Writes it into a new folder, for make-image.sh. */
  public static void main(String[] args) throws IOException {
    write(Files.createDirectories(Path.of(args[0])));
  }
}

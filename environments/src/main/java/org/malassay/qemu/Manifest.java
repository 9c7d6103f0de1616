package org.malassay.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.malassay.guest.Digests;

/**
 * What a folder of the cache must hold to be used: written last, so that a folder without one was
 * never finished. Sizes and times of change are compared at each use, contents only once: they are
 * hundreds of megabytes.
 */
final class Manifest {
  private static final String NAME = "manifest";

  private Manifest() {}

  /** Completes a folder: its files, and the digest of the contents of some of them. */
  static void write(Path folder, List<String> files, List<String> digested) throws IOException {
    String digest = digest(folder, digested);
    Files.writeString(folder.resolve(NAME), String.join("\n", lines(folder, digest, files)));
  }

  /** The digest that the folder was completed with; empty when it is not as it was then. */
  static Optional<String> verify(Path folder, List<String> files) {
    try {
      List<String> written = Files.readAllLines(folder.resolve(NAME), UTF_8);
      if (!written.isEmpty() && written.equals(lines(folder, written.get(0), files))) {
        return Optional.of(written.get(0));
      }
    } catch (IOException e) {
      // something is missing or not text: as good as different
    }
    return Optional.empty();
  }

  private static List<String> lines(Path folder, String digest, List<String> files)
      throws IOException {
    List<String> lines = new ArrayList<>(List.of(digest));
    for (String file : files) {
      Path path = folder.resolve(file);
      lines.add(
          "%s %d %d".formatted(file, Files.size(path), Files.getLastModifiedTime(path).toMillis()));
    }
    return lines;
  }

  private static String digest(Path folder, List<String> files) throws IOException {
    MessageDigest digest = Digests.sha256();
    for (String file : files) {
      try (InputStream in =
          new DigestInputStream(Files.newInputStream(folder.resolve(file)), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}

package org.malassay.environments.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * The list of what a folder of the cache must hold to be used. It is written last: a folder without
 * one was never finished. The digest is made once. At each use, sizes and checksums are compared,
 * which tells what was damaged, cut or mixed up, at a tenth of the cost: these are hundreds of
 * megabytes.
 */
final class Manifest {
  private static final String NAME = "manifest";

  private Manifest() {}

  /**
   * Completes a folder: its files and the digest of their contents. When this returns, all of it
   * has reached the disk.
   */
  static void write(Path folder, List<String> files) throws IOException {
    List<String> lines = new ArrayList<>(List.of(digest(folder, files)));
    for (String file : files) {
      force(folder.resolve(file));
      lines.add(line(folder, file));
    }
    Files.writeString(folder.resolve(NAME), String.join("\n", lines));
    force(folder.resolve(NAME));
    force(folder);
  }

  /** Has the disk hold a file or folder. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The digest that the folder was completed with; empty when it is not as it was then. */
  static Optional<String> verify(Path folder, List<String> files) {
    try {
      List<String> written = Files.readAllLines(folder.resolve(NAME), UTF_8);
      if (written.size() != files.size() + 1) {
        return Optional.empty();
      }
      for (int i = 0; i < files.size(); i++) {
        if (!written.get(i + 1).equals(line(folder, files.get(i)))) {
          return Optional.empty();
        }
      }
      return Optional.of(written.get(0));
    } catch (IOException e) {
      return Optional.empty(); // something is missing or not text: as good as different
    }
  }

  private static String line(Path folder, String file) throws IOException {
    Path path = folder.resolve(file);
    CRC32C checksum = new CRC32C();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(path), checksum)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return "%s %d %08x".formatted(file, Files.size(path), checksum.getValue());
  }

  private static String digest(Path folder, List<String> files) throws IOException {
    MessageDigest digest = Digests.sha256();
    for (String file : files) {
      try (InputStream in =
          new DigestInputStream(Files.newInputStream(folder.resolve(file)), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}

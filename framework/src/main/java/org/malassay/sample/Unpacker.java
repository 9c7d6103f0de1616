package org.malassay.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.lingala.zip4j.ZipFile;
import net.lingala.zip4j.exception.ZipException;
import net.lingala.zip4j.model.FileHeader;

/**
 * Unpacks zip archives into one folder. The names in an archive are text and never become paths:
 * each file gets its SHA-256 as its name, readable by its owner only and executable by nobody.
 */
final class Unpacker {
  /** By custom, archives of malware are encrypted with it, so that nobody runs one by mistake. */
  private static final String PASSWORD = "infected";

  private static final int S_IFMT = 0170000;
  private static final int S_IFLNK = 0120000;
  private static final int MADE_BY_UNIX = 3;

  private final Path folder;
  private final Limits limits;
  private long unpacked;

  /**
   * What stops a zip bomb.
   *
   * @param entryBytes the largest size of one file
   * @param totalBytes the largest size of all files of all archives of a corpus
   */
  record Limits(long entryBytes, long totalBytes) {
    /** 1 GiB and 16 GiB. */
    static final Limits DEFAULT = new Limits(1L << 30, 16L << 30);
  }

  /**
   * One unpacked file.
   *
   * @param name in the archive: hostile text
   * @param file where it is now
   */
  record Entry(String name, Path file, Digest digest) {}

  Unpacker(Path folder, Limits limits) {
    this.folder = folder;
    this.limits = limits;
  }

  /**
   * Unpacks the files of an archive, sorted by name. Folders and symbolic links are passed over.
   *
   * @throws IOException if the archive cannot be read or its files cannot be written
   * @throws CorpusException if the archive is damaged, encrypted with another password, or a bomb
   */
  List<Entry> unpack(Path zip) throws IOException, CorpusException {
    Files.createDirectories(folder);
    List<Entry> entries = new ArrayList<>();
    try (ZipFile archive = new ZipFile(zip.toFile(), PASSWORD.toCharArray())) {
      for (FileHeader header : archive.getFileHeaders()) {
        if (!header.isDirectory() && !isSymbolicLink(header)) {
          entries.add(unpack(zip, archive, header));
        }
      }
    } catch (ZipException e) {
      throw unreadable(zip, e);
    }
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  private static CorpusException unreadable(Path zip, ZipException e) {
    String name = SafeText.printable(zip.toString());
    return new CorpusException(
        e.getType() == ZipException.Type.WRONG_PASSWORD
            ? "-Dsamples=%s is encrypted with another password than %s; unpack it yourself and give the folder"
                .formatted(name, PASSWORD)
            : "-Dsamples=%s is no zip or a damaged one: %s"
                .formatted(name, SafeText.printable(String.valueOf(e.getMessage()))),
        e);
  }

  private static boolean isSymbolicLink(FileHeader header) {
    byte[] attributes = header.getExternalFileAttributes();
    int mode = Byte.toUnsignedInt(attributes[2]) | Byte.toUnsignedInt(attributes[3]) << 8;
    return header.getVersionMadeBy() >>> 8 == MADE_BY_UNIX && (mode & S_IFMT) == S_IFLNK;
  }

  private Entry unpack(Path zip, ZipFile archive, FileHeader header)
      throws IOException, CorpusException {
    long limit = Math.min(limits.entryBytes(), limits.totalBytes() - unpacked);
    Path temporary = Files.createTempFile(folder, "unpacking-", ""); // for its owner only
    try {
      Digest digest;
      try (InputStream in = archive.getInputStream(header);
          OutputStream out = Files.newOutputStream(temporary)) {
        digest = Digest.copy(in, out, limit);
      }
      unpacked += digest.size();
      Path file = folder.resolve(digest.sha256());
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return new Entry(header.getFileName(), file, digest);
    } catch (Digest.TooLongException e) {
      throw new CorpusException(
          "-Dsamples=%s unpacks to too much at %s (at most %d bytes a file, %d in all); unpack it yourself and give the folder"
              .formatted(
                  SafeText.printable(zip.toString()),
                  SafeText.printable(header.getFileName()),
                  limits.entryBytes(),
                  limits.totalBytes()),
          e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}

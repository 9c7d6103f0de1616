package org.malassay.sample;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Unpacks members of archives into one folder. The names in an archive are text and never become
 * paths: each file gets its SHA-256 as its name, readable by its owner only and executable by
 * nobody.
 */
final class Unpacker {
  /** A number that an archive does not say. */
  static final long UNKNOWN = -1;

  private static final int IN_MEMORY = 1 << 20;

  private static final FileAttribute<Set<PosixFilePermission>> FOR_ITS_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;
  private final Limits limits;
  private final Pace pace;
  private long bytes;
  private int files;
  private boolean made;

  /**
   * The limits that stop an archive bomb.
   *
   * @param fileBytes the largest size of one file
   * @param totalBytes the largest size of all that is unpacked for a corpus, what is unpacked only
   *     to be unpacked again included
   * @param files how many files are unpacked for a corpus, counted likewise
   * @param nesting how many archives stand inside one another
   * @param silence how long nothing may come out of an archive
   */
  record Limits(long fileBytes, long totalBytes, int files, int nesting, Duration silence) {
    static final Limits DEFAULT =
        new Limits(1L << 30, 16L << 30, 1_000_000, 5, Duration.ofMinutes(1));
  }

  /**
   * One unpacked file.
   *
   * @param name in the archive: hostile text
   * @param file where it is now
   * @param archive its format, when it is an archive itself
   */
  record Entry(
      String name, Path file, Digest digest, FileFacts facts, Optional<ArchiveFormat> archive) {}

  /** The bytes of a member, decoded. */
  interface Content {
    InputStream open() throws IOException;
  }

  /** The disk failed, not the archive. */
  static final class NotWritten extends IOException {
    NotWritten(IOException failure) {
      super("what is unpacked cannot be written: " + failure, failure);
    }
  }

  Unpacker(Path folder, Limits limits, Pace pace) {
    this.folder = folder;
    this.limits = limits;
    this.pace = pace;
  }

  Limits limits() {
    return limits;
  }

  /**
   * Unpacks one member.
   *
   * @param size that the archive says it has, or {@link #UNKNOWN}; what is longer is unreadable
   * @throws UnreadableException if it cannot be decoded or is too large
   * @throws NotWritten if it cannot be written
   */
  Entry unpack(String name, long size, Content content) throws UnreadableException, NotWritten {
    long left = limits.totalBytes() - bytes;
    if (size > limits.fileBytes()) {
      throw tooLarge();
    }
    if (files == limits.files() || size > left) {
      throw tooMuch();
    }
    files++;
    long declared = size == UNKNOWN ? Long.MAX_VALUE : size;
    long limit = Math.min(Math.min(limits.fileBytes(), left), declared);
    try (InputStream in = decoded(content)) {
      byte[] start = in.readNBytes((int) Math.min(IN_MEMORY, limit) + 1);
      Entry entry =
          start.length <= Math.min(IN_MEMORY, limit)
              ? small(name, start)
              : large(name, new SequenceInputStream(new ByteArrayInputStream(start), in), limit);
      pace.file();
      return entry;
    } catch (Digest.TooLongException e) {
      throw limit == declared
          ? new UnreadableException("is longer than its archive says")
          : limit == limits.fileBytes() ? tooLarge() : tooMuch();
    } catch (UnreadableException e) {
      throw e;
    } catch (IOException e) {
      throw new NotWritten(e);
    }
  }

  /** Most members are small: nothing is read twice, and only the file that stays is made. */
  private Entry small(String name, byte[] bytes) throws IOException {
    Digest digest = Digest.of(bytes);
    Path file = folder().resolve(digest.sha256());
    try (SeekableByteChannel out =
        Files.newByteChannel(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            FOR_ITS_OWNER)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        out.write(left);
      }
    }
    return new Entry(name, file, digest, FileFactsReader.read(bytes), ArchiveFormat.of(bytes));
  }

  private Entry large(String name, InputStream in, long limit) throws IOException {
    Path temporary = Files.createTempFile(folder(), "unpacking-", ""); // for its owner only
    try {
      Digest digest;
      try (OutputStream out = Files.newOutputStream(temporary)) {
        digest = Digest.copy(in, out, limit);
      }
      Path file = folder.resolve(digest.sha256());
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return new Entry(name, file, digest, FileFactsReader.read(file), ArchiveFormat.of(file));
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private Path folder() throws IOException {
    if (!made) {
      Files.createDirectories(folder);
      made = true;
    }
    return folder;
  }

  private UnreadableException tooLarge() {
    return new UnreadableException("unpacks to more than %d bytes".formatted(limits.fileBytes()));
  }

  private UnreadableException tooMuch() {
    return new UnreadableException.Rest(
        "the archives of this corpus hold more than %d bytes or %d files; unpack them yourself and give the folder"
            .formatted(limits.totalBytes(), limits.files()),
        null);
  }

  private InputStream decoded(Content content) throws UnreadableException {
    try {
      return new Decoded(content.open());
    } catch (IOException | RuntimeException e) {
      throw UnreadableException.of(e);
    }
  }

  /**
   * Makes whatever a decoder throws an unreadable member, and counts all bytes that come, used or
   * not.
   */
  private final class Decoded extends FilterInputStream {
    Decoded(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      pace.sign();
      try {
        int read = super.read(into, offset, length);
        bytes += Math.max(0, read);
        return read;
      } catch (IOException | RuntimeException e) {
        throw UnreadableException.of(e);
      }
    }

    @Override
    public void close() {
      try {
        super.close();
      } catch (IOException | RuntimeException e) {
        // what was to be read has been
      }
    }
  }
}

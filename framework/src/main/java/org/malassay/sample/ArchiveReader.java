package org.malassay.sample;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.malassay.sample.Unpacker.NotWritten;

/** Unpacks archives of every format. Hostile bytes cost themselves: see {@link Contents}. */
final class ArchiveReader {
  /** The memory of a decoder; xz and 7z ask for up to 65 MiB at their highest preset. */
  static final int MEMORY_KIB = 128 << 10;

  private final Unpacker unpacker;
  private final List<String> passwords;
  private final Optional<Charset> charset;

  ArchiveReader(Unpacker unpacker, List<String> passwords, Optional<Charset> charset) {
    this.unpacker = unpacker;
    this.passwords = passwords;
    this.charset = charset;
  }

  /**
   * Unpacks an archive. Folders are left out.
   *
   * @param name of the archive, by which what is in a compressed stream is named
   * @throws NotWritten if the disk fails
   */
  Contents read(Path archive, ArchiveFormat format, String name) throws NotWritten {
    Contents contents = new Contents(unpacker);
    try {
      switch (format) {
        case ZIP -> new ZipMembers(archive, passwords, charset).unpack(contents);
        case SEVEN_ZIP -> {
          return new SevenZipMembers(archive, passwords).unpack(() -> new Contents(unpacker));
        }
        case TAR -> {
          try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
            unpackTar(in, contents);
          }
        }
        case GZIP, BZIP2, XZ -> unpackStream(archive, format, name, contents);
        case RAR, CABINET, ZSTD, LZIP ->
            throw new UnreadableException(
                "is a %s archive, which is not opened; unpack it yourself and give the folder"
                    .formatted(format.label()));
      }
    } catch (NotWritten e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      contents.breaksOff(UnreadableException.of(e));
    }
    return contents;
  }

  /** One file without a name, or a tar, whose members are then the archive's. */
  private void unpackStream(Path archive, ArchiveFormat format, String name, Contents contents)
      throws IOException {
    boolean tar;
    try (InputStream in = decompressed(archive, format)) {
      byte[] beginning = in.readNBytes(ArchiveFormat.BEGINNING);
      tar = ArchiveFormat.of(beginning).filter(ArchiveFormat.TAR::equals).isPresent();
    }
    if (tar) {
      try (InputStream in = decompressed(archive, format)) {
        unpackTar(in, contents);
      }
    } else {
      contents.unpack(
          format.withoutSuffix(name), Unpacker.UNKNOWN, () -> decompressed(archive, format));
    }
  }

  private static InputStream decompressed(Path archive, ArchiveFormat format) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(archive));
    try {
      return switch (format) {
        case GZIP ->
            GzipCompressorInputStream.builder()
                .setInputStream(in)
                .setDecompressConcatenated(true)
                .get();
        case BZIP2 -> new BZip2CompressorInputStream(in, true);
        default ->
            XZCompressorInputStream.builder()
                .setInputStream(in)
                .setDecompressConcatenated(true)
                .setMemoryLimitKiB(MEMORY_KIB)
                .get();
      };
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private void unpackTar(InputStream in, Contents contents) throws IOException {
    String names = charset.orElse(StandardCharsets.UTF_8).name();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in, names)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (isLinkOrSpecial(entry)) {
          contents.passOver(entry.getName());
        } else if (!entry.isDirectory()) {
          contents.unpack(entry.getName(), entry.getRealSize(), () -> new UnclosedInputStream(tar));
        }
      }
    }
  }

  private static boolean isLinkOrSpecial(TarArchiveEntry entry) {
    return entry.isSymbolicLink()
        || entry.isLink()
        || entry.isFIFO()
        || entry.isCharacterDevice()
        || entry.isBlockDevice();
  }
}

package org.malassay.sample;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The kinds of archive, known by their first bytes. */
enum ArchiveFormat {
  ZIP("PK(?:\\x03\\x04|\\x05\\x06|\\x07\\x08)", "zip"),
  SEVEN_ZIP("7z\\xbc\\xaf\\x27\\x1c", "7z"),
  TAR(".{257}ustar", "tar"),
  GZIP("\\x1f\\x8b\\x08", "gz|tgz"),
  BZIP2("BZh[1-9]1AY&SY", "bz2|tbz2|tbz"),
  XZ("\\xfd7zXZ\\x00", "xz|txz"),
  RAR("Rar!\\x1a\\x07", "rar"),
  CABINET("MSCF", "cab"),
  ZSTD("\\x28\\xb5\\x2f\\xfd", "zst"),
  LZIP("LZIP", "lz");

  /** Enough to know any of them. */
  static final int BEGINNING = 512;

  private final Pattern signature;
  private final String suffixes;

  /**
   * @param signature of a file's beginning, its bytes as ISO-8859-1
   * @param suffixes of file names
   */
  ArchiveFormat(String signature, String suffixes) {
    this.signature = Pattern.compile(signature, Pattern.DOTALL);
    this.suffixes = suffixes;
  }

  /** The format of a file, by its first bytes. */
  static Optional<ArchiveFormat> of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(BEGINNING));
    }
  }

  /** The format of what begins with these bytes. */
  static Optional<ArchiveFormat> of(byte[] beginning) {
    String text = new String(beginning, 0, Math.min(BEGINNING, beginning.length), ISO_8859_1);
    return Arrays.stream(values()).filter(it -> it.signature.matcher(text).lookingAt()).findFirst();
  }

  /** The format that a file's name claims. */
  static Optional<ArchiveFormat> claimed(String name) {
    String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(it -> List.of(it.suffixes.split("\\|")).contains(suffix))
        .findFirst();
  }

  /** The usual name of the format. */
  String label() {
    return suffixes.replaceFirst("\\|.*", "");
  }

  /** The name of what is in a compressed stream: that of its file without the suffix. */
  String withoutSuffix(String name) {
    return claimed(name).filter(this::equals).isPresent() && name.indexOf('.') > 0
        ? name.substring(0, name.lastIndexOf('.'))
        : name;
  }
}

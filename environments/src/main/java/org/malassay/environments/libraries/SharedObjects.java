package org.malassay.environments.libraries;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.malassay.elf.ElfLinks;

/** Which files are looked into: by their names, and within bounds. */
final class SharedObjects {
  /** Larger than any library that such devices have. */
  static final long MOST_BYTES = 32L << 20;

  private SharedObjects() {}

  /**
   * Whether a file can be what a loader looks for: {@code libc.so.6}, {@code ld-2.36.so}, a linker.
   */
  static boolean isOne(String name, long size) {
    return (name.contains(".so") || name.startsWith("linker")) && size > 0 && size <= MOST_BYTES;
  }

  /** What a loader goes by; empty when the file is none. */
  static Optional<ElfLinks> read(String path, long size, InputStream in) throws IOException {
    return isOne(Paths.name(path), size)
        ? ElfLinks.of(in.readNBytes((int) size))
        : Optional.empty();
  }
}

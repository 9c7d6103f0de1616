package org.malassay.features;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.malassay.elf.ElfLayout;
import org.malassay.sample.Sample;

/**
 * The beginning of a file, of which features are made: of all but giants, the whole.
 *
 * @param bytes at most {@link #MOST}
 * @param size of the whole file
 * @param elf where in it what lies
 */
@SuppressWarnings("ArrayRecordComponent") // up to 16 MiB, read once
record Head(byte[] bytes, long size, Optional<ElfLayout> elf) {
  /** Forty times as much as IoT malware has. */
  static final int MOST = 16 << 20;

  static Head of(byte[] file) {
    return new Head(file, file.length, ElfLayout.read(file));
  }

  /**
   * @throws IOException if the file is gone, or no longer the one of the corpus
   */
  static Head of(Sample sample) throws IOException {
    try (InputStream in = sample.open()) {
      byte[] bytes = in.readNBytes(MOST);
      return new Head(bytes, sample.size(), ElfLayout.read(bytes));
    }
  }

  boolean isWhole() {
    return bytes.length == size;
  }
}

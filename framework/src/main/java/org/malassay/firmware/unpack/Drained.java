package org.malassay.firmware.unpack;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * What came out of a decompressor.
 *
 * @param bytes up to its end, a bound or damage
 * @param why what kept it from its end; empty if nothing did
 * @param early whether there was too little to decompress
 */
@SuppressWarnings("ArrayRecordComponent") // handed on
record Drained(byte[] bytes, String why, boolean early) {
  /** A decompressor that is opened; what it throws is damage, whatever its type. */
  interface Opening {
    InputStream open() throws IOException;
  }

  boolean isWhole() {
    return why.isEmpty();
  }

  /**
   * @param most so many bytes are kept
   */
  static Drained of(Opening opening, Budget budget, long most) throws DamagedException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[1 << 16];
    try (InputStream in = opening.open()) {
      while (true) {
        budget.time();
        int n = in.read(some);
        if (n < 0) {
          return new Drained(all.toByteArray(), "", false);
        }
        if (n > most - all.size()) {
          all.write(some, 0, (int) (most - all.size()));
          return new Drained(
              all.toByteArray(), "decompresses to more than %d bytes".formatted(most), false);
        }
        all.write(some, 0, n);
      }
    } catch (DamagedException.Bound e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The decompressors are others' code: what hostile bytes make them throw is not all declared.
      return new Drained(
          all.toByteArray(),
          "damaged: " + e.getMessage(),
          e instanceof EOFException || e instanceof DamagedException.Early);
    }
  }
}

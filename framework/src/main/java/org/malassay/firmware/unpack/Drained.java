package org.malassay.firmware.unpack;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;

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
    Pieces all = new Pieces();
    byte[] some = new byte[1 << 16];
    try (InputStream in = opening.open()) {
      while (true) {
        budget.time();
        int n = in.read(some);
        if (n < 0) {
          return new Drained(all.bytes(), "", false);
        }
        if (n > most - all.size) {
          all.add(some, (int) (most - all.size));
          return new Drained(
              all.bytes(), "decompresses to more than %d bytes".formatted(most), false);
        }
        all.add(some, n);
      }
    } catch (DamagedException.Bound e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The decompressors are others' code: what hostile bytes make them throw is not all declared.
      return new Drained(
          all.bytes(),
          "damaged: " + e.getMessage(),
          e instanceof EOFException || e instanceof DamagedException.Early);
    }
  }

  /** Bytes that become one array: twice their size is held at most, and no more while they grow. */
  private static final class Pieces {
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private int size;
    private int left; // in the last piece

    void add(byte[] some, int length) {
      int at = 0;
      while (at < length) {
        if (left == 0) {
          left = Math.max(1 << 12, Math.min(1 << 20, size));
          pieces.add(new byte[left]);
        }
        byte[] last = pieces.getLast();
        int n = Math.min(left, length - at);
        System.arraycopy(some, at, last, last.length - left, n);
        left -= n;
        at += n;
        size += n;
      }
    }

    byte[] bytes() {
      byte[] all = new byte[size];
      for (int at = 0; at < size; ) {
        byte[] piece = pieces.removeFirst();
        int n = Math.min(piece.length, size - at);
        System.arraycopy(piece, 0, all, at, n);
        at += n;
      }
      return all;
    }
  }
}

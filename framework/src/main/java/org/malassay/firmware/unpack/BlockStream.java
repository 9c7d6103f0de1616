package org.malassay.firmware.unpack;

import java.io.IOException;
import java.io.InputStream;

/** The content of a source that is compressed block by block. */
abstract class BlockStream extends InputStream {
  private final Source in;
  private long at;
  private byte[] block = {};
  private int next;
  private boolean ended;

  BlockStream(Source in) {
    this.in = in;
  }

  final Source in() {
    return in;
  }

  /** Where the next block begins: so much was taken. */
  final long at() {
    return at;
  }

  final void to(long place) {
    at = place;
  }

  /** Decompresses the next block and goes on to the one after it; empty at the end. */
  abstract byte[] block() throws DamagedException;

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public final int read(byte[] into, int offset, int length) throws IOException {
    while (next == block.length && !ended) {
      block = block();
      next = 0;
      ended = block.length == 0;
    }
    if (ended) {
      return -1;
    }
    int n = Math.min(length, block.length - next);
    System.arraycopy(block, next, into, offset, n);
    next += n;
    return n;
  }
}

package org.malassay.environments.internet;

import java.util.Arrays;

/** What was heard and not understood yet: a bounded number of bytes. */
final class Input {
  private final int most;
  private byte[] bytes = {};
  private int from;
  private int to;

  /**
   * @param most how many bytes are kept; what comes beyond is dropped
   */
  Input(int most) {
    this.most = most;
  }

  void add(byte[] more) {
    int n = Math.min(more.length, most - length());
    if (to + n > bytes.length) {
      bytes = Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), length() + Math.max(n, length()));
      to -= from;
      from = 0;
    }
    System.arraycopy(more, 0, bytes, to, n);
    to += n;
  }

  int length() {
    return to - from;
  }

  boolean isFull() {
    return length() >= most;
  }

  /** One of the bytes. */
  byte at(int index) {
    return bytes[from + index];
  }

  /** Where the first of these bytes is; -1 when there is none. */
  int indexOf(char wanted) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == (byte) wanted) {
        return i - from;
      }
    }
    return -1;
  }

  /** All that there is, which stays. */
  byte[] bytes() {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** Takes away so many of the first bytes. */
  byte[] take(int length) {
    byte[] taken = Arrays.copyOfRange(bytes, from, from + length);
    from += length;
    return taken;
  }

  byte[] takeAll() {
    return take(length());
  }
}

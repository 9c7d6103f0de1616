package org.malassay.environments.internet;

import java.nio.ByteBuffer;

/** NTP (RFC 5905): tells the time, to which the guest's clock may be set already. */
final class TimeServer {
  private static final int BYTES = 48;
  private static final int CLIENT = 3;
  private static final int SERVER = 4;
  private static final int MODE = 7;
  private static final int VERSION = 0x38;
  private static final byte STRATUM = 2;
  private static final byte PRECISION = -20; // 2^-20 s
  private static final int REFERENCE = 0xC612_0001; // a server of its own, 198.18.0.1
  private static final int TRANSMITTED = 40;
  private static final long SECONDS_FROM_1900 = 2_208_988_800L;
  private static final long NANOS = 1_000_000_000L;

  private TimeServer() {}

  /** True when this is what a client asks. */
  static boolean isQuestion(byte[] bytes) {
    return bytes.length >= BYTES
        && (bytes[0] & MODE) == CLIENT
        && (bytes[0] & VERSION) >= 8
        && (bytes[0] & VERSION) <= 32;
  }

  /**
   * The answer.
   *
   * @param now in nanoseconds of the epoch
   */
  static byte[] answer(byte[] question, long now) {
    long time = timestamp(now);
    return ByteBuffer.allocate(BYTES)
        .put((byte) ((question[0] & VERSION) | SERVER))
        .put(STRATUM)
        .put(question[2]) // how often the client asks
        .put(PRECISION)
        .putInt(0)
        .putInt(0)
        .putInt(REFERENCE)
        .putLong(time)
        .put(question, TRANSMITTED, Long.BYTES)
        .putLong(time)
        .putLong(time)
        .array();
  }

  static long timestamp(long now) {
    long fraction = ((now % NANOS) << 32) / NANOS;
    return ((now / NANOS + SECONDS_FROM_1900) << 32) | fraction;
  }
}

package org.malassay.firmware.unpack;

import org.malassay.firmware.unpack.DamagedException.Bound;

/** What is left of the bounds of one image. For one thread, but for {@link #time}. */
final class Budget {
  private final Bounds bounds;
  private final long start = System.nanoTime();
  private final long mostHeld;
  private long held;
  private long entries;
  private long kept;
  private long bytes;

  /** What is decompressed as a whole may take a quarter of the memory, and twice while it grows. */
  Budget(Bounds bounds) {
    this(bounds, Runtime.getRuntime().maxMemory() / 4);
  }

  Budget(Bounds bounds, long mostHeld) {
    this.bounds = bounds;
    this.mostHeld = mostHeld;
  }

  Bounds bounds() {
    return bounds;
  }

  /** One more entry comes out. */
  void entry() throws Bound {
    if (++entries > bounds.entries()) {
      throw new Bound("more than %d entries in one image".formatted(bounds.entries()));
    }
    time();
  }

  /** One more part, or record of what is not told yet, is kept until the image is read. */
  void kept() throws Bound {
    if (++kept > 2 * bounds.entries()) {
      throw new Bound(
          "more than %d parts and records in one image".formatted(2 * bounds.entries()));
    }
  }

  /** So many more bytes come out. */
  void bytes(long more) throws Bound {
    bytes += more;
    if (bytes > bounds.bytes()) {
      throw new Bound("more than %d bytes came out of one image".formatted(bounds.bytes()));
    }
    time();
  }

  /** The longest container that may be decompressed as a whole, beside those around it. */
  long containerBytes() {
    return Math.min(bounds.containerBytes(), Math.max(0, mostHeld - held));
  }

  /**
   * A container is held in memory.
   *
   * @param more below 0 when it is not any more
   */
  void hold(long more) {
    held += more;
  }

  /** Work goes on. To be asked wherever an image says how often something is done. */
  void time() throws Bound {
    if (System.nanoTime() - start > bounds.time().toNanos()) {
      throw new Bound("one image took more than %d s".formatted(bounds.time().toSeconds()));
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new Bound("the reading was interrupted");
    }
  }
}

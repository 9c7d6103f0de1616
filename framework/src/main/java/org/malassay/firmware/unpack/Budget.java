package org.malassay.firmware.unpack;

import org.malassay.firmware.unpack.DamagedException.Bound;

/** What is left of the bounds of one image. For one thread, but for {@link #time}. */
final class Budget {
  private final Bounds bounds;
  private final long start = System.nanoTime();
  private long entries;
  private long bytes;

  Budget(Bounds bounds) {
    this.bounds = bounds;
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

  /** So many more bytes come out. */
  void bytes(long more) throws Bound {
    bytes += more;
    if (bytes > bounds.bytes()) {
      throw new Bound("more than %d bytes came out of one image".formatted(bounds.bytes()));
    }
    time();
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

package org.malassay.environments.agent;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.malassay.environment.Output;

/**
 * The beginning of a stream from a guest, within bounds whatever comes. Not for several threads.
 */
public final class Head {
  private final long limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);

  /**
   * @param limit how many bytes are kept
   */
  public Head(long limit) {
    this.limit = limit;
  }

  /** Takes what comes next; what is beyond the limit is dropped. */
  public void add(ByteBuffer bytes) {
    int n = (int) Math.min(bytes.remaining(), limit - kept.size());
    kept.write(bytes.array(), bytes.arrayOffset() + bytes.position(), n);
  }

  /** Forgets what was kept. */
  public void reset() {
    kept.reset();
  }

  public byte[] bytes() {
    return kept.toByteArray();
  }

  /**
   * The same as an output of a sample.
   *
   * @param total how much there was in all, as the guest says; never less than what is here
   */
  public Output output(long total) {
    return new Output(bytes(), Math.max(total, kept.size()));
  }
}

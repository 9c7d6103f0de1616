package org.malassay.environment;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The beginning of what a sample wrote to one stream, and how much it wrote in all. Hostile bytes.
 *
 * @param head the bytes that were kept; not copied, not to be changed
 * @param total the number of bytes written, kept or not
 */
@SuppressWarnings("ArrayRecordComponent") // up to a megabyte, written once
public record Output(byte[] head, long total) {

  public static final Output NONE = new Output(new byte[0], 0);

  /** True when more was written than was kept. */
  public boolean cut() {
    return total > head.length;
  }

  /** The kept bytes as text, malformed sequences replaced. */
  public String text() {
    return new String(head, UTF_8);
  }

  /** The beginning of that: a sample may write what makes a pattern slow. */
  public String text(int most) {
    String text = text();
    return text.substring(0, Math.min(text.length(), most));
  }
}

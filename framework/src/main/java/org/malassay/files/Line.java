package org.malassay.files;

/**
 * A line as bytes, since a damaged one need not be text.
 *
 * @param bytes without the line feed
 * @param ended false when the file ends before it does
 */
@SuppressWarnings("ArrayRecordComponent") // read once, and thrown away
public record Line(byte[] bytes, boolean ended) {

  /** In bytes. */
  public int length() {
    return bytes.length;
  }
}

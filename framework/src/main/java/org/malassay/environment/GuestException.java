package org.malassay.environment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tool failed, not the sample: a guest could not be made, reached or read. Becomes an
 * INCONCLUSIVE verdict, never a property of the sample. The message is a cause: one line; what was
 * seen besides goes along as evidence.
 */
public final class GuestException extends Exception {
  private final transient Map<Piece, byte[]> evidence =
      new TreeMap<>(Comparator.comparing(Piece::name));

  public GuestException(String message) {
    super(message);
  }

  public GuestException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Adds what was seen until the tool failed, such as {@link Piece#CONSOLE}: to be kept with the
   * evidence of the sample.
   *
   * @param piece what it is
   * @param contents hostile bytes; not copied, not to be changed
   * @return this
   */
  public GuestException with(Piece piece, byte[] contents) {
    if (contents.length > 0) {
      evidence.put(piece, contents);
    }
    return this;
  }

  /** The same with a text. */
  public GuestException with(Piece piece, String contents) {
    return with(piece, contents.getBytes(UTF_8));
  }

  /** What was seen until the tool failed, in the order of their names. */
  public Map<Piece, byte[]> evidence() {
    return Collections.unmodifiableMap(evidence);
  }
}

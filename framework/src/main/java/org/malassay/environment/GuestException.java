package org.malassay.environment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tool failed, not the sample: a guest could not be made, reached or read. Becomes an
 * INCONCLUSIVE verdict, never a property of the sample. The message is a cause: one line; what was
 * seen besides goes along as evidence.
 */
public final class GuestException extends Exception {
  private final transient Map<String, byte[]> evidence = new TreeMap<>();

  public GuestException(String message) {
    super(message);
  }

  public GuestException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Adds what was seen until the tool failed, such as {@code console.log}: to be kept with the
   * evidence of the sample.
   *
   * @param name of the file, the tool's own
   * @param contents hostile bytes; not copied, not to be changed
   * @return this
   */
  public GuestException with(String name, byte[] contents) {
    if (contents.length > 0) {
      evidence.put(name, contents);
    }
    return this;
  }

  /** The same with a text. */
  public GuestException with(String name, String contents) {
    return with(name, contents.getBytes(UTF_8));
  }

  /** What was seen until the tool failed, by the names of the files. */
  public Map<String, byte[]> evidence() {
    return Collections.unmodifiableMap(evidence);
  }
}

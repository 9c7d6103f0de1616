package org.malassay.environment;

/**
 * The tool failed, not the sample: a guest could not be made, reached or read. Becomes an
 * INCONCLUSIVE verdict, never a property of the sample.
 */
public final class GuestException extends Exception {
  public GuestException(String message) {
    super(message);
  }

  public GuestException(String message, Throwable cause) {
    super(message, cause);
  }
}

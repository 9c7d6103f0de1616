package org.malassay.environment;

/**
 * An environment cannot be used on this machine. The message names what is missing and the command
 * or option that mends it.
 */
public final class EnvironmentException extends Exception {
  public EnvironmentException(String message) {
    super(message);
  }

  public EnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}

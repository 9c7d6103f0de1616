package org.malassay.options;

import org.jspecify.annotations.Nullable;

/**
 * What the user gave as an option cannot be used; the message names the option and what is wrong.
 */
public final class OptionException extends RuntimeException {
  public OptionException(String message) {
    super(message);
  }

  public OptionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

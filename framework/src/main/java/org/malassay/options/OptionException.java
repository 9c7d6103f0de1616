package org.malassay.options;

import org.jspecify.annotations.Nullable;

/**
 * What the user gave as an option cannot be used; the message names the option and what is wrong.
 * It has no stack trace: the place in the code tells the user nothing that he could mend.
 */
public final class OptionException extends RuntimeException {
  public OptionException(String message) {
    this(message, null);
  }

  public OptionException(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }
}

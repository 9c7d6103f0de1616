package org.malassay.experiment;

import org.jspecify.annotations.Nullable;

/**
 * What a third party wrote does not do what its interface says. The message names the class, the
 * method and what it did.
 */
final class Fault extends Exception {
  Fault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

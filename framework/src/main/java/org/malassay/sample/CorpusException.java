package org.malassay.sample;

/**
 * The given corpus cannot be used. The message is one line that names the place, what is wrong with
 * it and the option that mends it; safe to print.
 */
public final class CorpusException extends Exception {
  CorpusException(String message) {
    super(message);
  }

  CorpusException(String message, Throwable cause) {
    super(message, cause);
  }
}

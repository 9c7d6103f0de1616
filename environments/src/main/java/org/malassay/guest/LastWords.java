package org.malassay.guest;

import org.malassay.environment.GuestException;
import org.malassay.sample.SafeText;

/**
 * What a guest said before the tool failed with it: its last line goes into the message, all of it
 * into the evidence.
 *
 * @param file its name in the evidence, such as {@code console.log}
 * @param text hostile text of many lines
 */
public record LastWords(String file, String text) {
  private static final int MOST = 160;

  public GuestException failure(String what) {
    return new GuestException(message(what)).with(file, text);
  }

  public GuestException failure(String what, Throwable cause) {
    return new GuestException(message(what), cause).with(file, text);
  }

  private String message(String what) {
    String last = text.strip().lines().reduce((before, line) -> line).orElse("");
    return last.isBlank()
        ? what + "; its " + file + " is empty"
        : "%s; the last line of its %s: %s"
            .formatted(what, file, SafeText.oneLine(SafeText.printable(last), MOST));
  }
}

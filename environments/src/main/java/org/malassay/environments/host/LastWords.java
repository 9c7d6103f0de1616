package org.malassay.environments.host;

import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;
import org.malassay.sample.SafeText;

/**
 * What a guest said before the tool failed with it: its last line goes into the message, all of it
 * into the evidence.
 *
 * @param piece what it is among the evidence, such as {@link Piece#CONSOLE}
 * @param text hostile text of many lines
 */
public record LastWords(Piece piece, String text) {
  private static final int MOST = 160;

  public GuestException failure(String what) {
    return new GuestException(message(what)).with(piece, text);
  }

  public GuestException failure(String what, Throwable cause) {
    return new GuestException(message(what), cause).with(piece, text);
  }

  private String message(String what) {
    String last = text.strip().lines().reduce((before, line) -> line).orElse("");
    return last.isBlank()
        ? what + "; its " + piece.name() + " is empty"
        : "%s; the last line of its %s: %s"
            .formatted(what, piece.name(), SafeText.oneLine(SafeText.printable(last), MOST));
  }
}

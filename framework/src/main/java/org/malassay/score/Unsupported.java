package org.malassay.score;

/** A rule is right, and asks for what cannot be evaluated here: the message says what. */
final class Unsupported extends Exception {
  Unsupported(String message) {
    super(message);
  }
}

package org.malassay.environments.internet;

/** A conversation with the guest, as whoever answers it sees it. */
interface Talk {
  /** Who talks to whom. */
  Ends ends();

  /** The time by the clock of the guest's network, in nanoseconds of the epoch. */
  long now();

  /** Says something to the guest; the bytes are not changed any more. */
  void say(byte[] bytes);

  /** Says nothing more after what was said. */
  void finish();

  /** Tells what is spoken here. */
  void speaks(String protocol);

  /** Tells what the guest asked and was told; both may be hostile, and are cut. */
  void asked(String question, String answer);

  /**
   * True when the guest may be given one more answer now: one that floods is heard, but not always
   * answered.
   */
  boolean mayAnswer();
}

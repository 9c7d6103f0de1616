package org.malassay.score;

import java.util.Locale;

/** What a score means. Each band begins below what one sure success of a level counts. */
public enum Band {
  NONE(0, "nothing that a rule knows"),
  SLIGHT(Double.MIN_VALUE, "looks around, or leaves a trace"),
  MODERATE(1, "changes or hides something, or tried to do worse and failed"),
  SERIOUS(3, "stays, spies, attacks others or stops what it meets, or tried to destroy"),
  SEVERE(6, "destroys, takes down or takes over, or does several serious things");

  private final double from;
  private final String meaning;

  Band(double from, String meaning) {
    this.from = from;
    this.meaning = meaning;
  }

  /** The band of a score from 0 to 10. */
  public static Band of(double score) {
    Band band = NONE;
    for (Band next : values()) {
      if (score >= next.from) {
        band = next;
      }
    }
    return band;
  }

  /** In a word, such as {@code serious}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** In words. */
  public String meaning() {
    return meaning;
  }
}

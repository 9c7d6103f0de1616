package org.malassay.score;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression on hostile text: what takes too many steps is given up. An expression whose
 * author meant well can take for ever on a text whose author did not.
 */
final class Expression {
  private static final int MOST_TEXT = 4096;
  private static final int MOST_STEPS = 200_000;

  private final Pattern pattern;

  /** What a comparison came to. */
  enum Outcome {
    FOUND,
    NOT_FOUND,
    /** Nobody knows: it would have taken too long, or the text goes on beyond what is looked at. */
    GIVEN_UP
  }

  private Expression(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * @throws PatternSyntaxException if it is none
   */
  static Expression of(String text, int flags) {
    return new Expression(Pattern.compile(text, flags));
  }

  Outcome find(String text) {
    try {
      if (pattern.matcher(new Counted(text)).find()) {
        return Outcome.FOUND;
      }
      return text.length() > MOST_TEXT ? Outcome.GIVEN_UP : Outcome.NOT_FOUND;
    } catch (TooManySteps | StackOverflowError e) {
      return Outcome.GIVEN_UP;
    }
  }

  private static final class TooManySteps extends RuntimeException {
    TooManySteps() {
      super("", null, false, false);
    }
  }

  /** Every step of a match looks at a character. */
  private static final class Counted implements CharSequence {
    private final String text;
    private int steps;

    Counted(String text) {
      this.text = text.substring(0, Math.min(MOST_TEXT, text.length()));
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps > MOST_STEPS) {
        throw new TooManySteps();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

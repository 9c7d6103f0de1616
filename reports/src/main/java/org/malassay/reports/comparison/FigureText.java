package org.malassay.reports.comparison;

import org.malassay.reports.writing.Words;

/** Figures of an environment in one cell or line. */
public final class FigureText {
  private FigureText() {}

  /** The share that runs, such as {@code 50 % (15–85 %)}; {@code none} without an answer. */
  public static String share(Figures figures, Words words) {
    return figures
        .interval()
        .map(
            it ->
                "%s (%s)"
                    .formatted(
                        words.percent(figures.share().orElse(0)),
                        words.percents(it.low(), it.high())))
        .orElse(words.get("none"));
  }

  /**
   * Mean and median of the threat scores, such as {@code 4.5, 3}; {@code none} if they tell
   * nothing.
   */
  public static String threat(Figures figures, Words words) {
    return scores(figures.threat(), figures.threatTells(), words);
  }

  /** The same of the impact scores. */
  public static String impact(Figures figures, Words words) {
    return scores(figures.impact(), figures.impactTells(), words);
  }

  private static String scores(Scores scores, boolean tells, Words words) {
    return !tells || scores.count() == 0
        ? words.get("none")
        : "%s, %s".formatted(words.score(scores.mean()), words.score(scores.median()));
  }
}

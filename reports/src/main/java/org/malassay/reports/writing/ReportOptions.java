package org.malassay.reports.writing;

import java.util.List;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;

/** The options that several reports share. */
public final class ReportOptions implements OptionGroup {
  /**
   * Up to which distance samples are near-duplicates. Below 40, TLSH's authors count 0.07 % of
   * different files as alike, and find half of those that are variants of one another; below 100
   * nearly all, and 6 % of different files with them (Oliver, Cheng, Chen: TLSH, A Locality
   * Sensitive Hash, CTC 2013).
   */
  public static final Option<Integer> CLUSTER_DISTANCE =
      Option.of(
          "cluster.distance",
          "N",
          "40",
          "up to which distance by TLSH samples are near-duplicates, that count once by clusters",
          ReportOptions::distance);

  /** No two hashes are farther apart. */
  private static final int FARTHEST = 5000;

  private static int distance(String text) {
    int distance;
    try {
      distance = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      distance = -1;
    }
    if (distance < 0 || distance > FARTHEST) {
      throw new IllegalArgumentException("it is a whole number from 0 to " + FARTHEST);
    }
    return distance;
  }

  @Override
  public String title() {
    return "What several reports share";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(Words.LANG, CLUSTER_DISTANCE);
  }
}

package org.malassay.label;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What antivirus engines call a sample, put into one category by their votes.
 *
 * @param status whether there is a label at all, and how good it is
 * @param category the category with the most votes; present when the status is LABELLED
 * @param votes the engines that voted for it, repeaters of one another counted once
 * @param runnerUp the category with the second most votes, generic words such as {@code trojan}
 *     left out
 * @param margin votes less the runner-up's votes; 0 without a category
 * @param tie true when the category had as many votes as the runner-up and won as the worse one
 * @param family the family named by most engines, by at least two
 * @param familyVotes the engines that named it
 * @param detections the engines that detected the sample, repeaters included
 * @param engines the engines that gave an answer
 * @param score the score of the category, from 0 to 10; the table's score for unknown when the
 *     status is UNKNOWN_CATEGORY; empty when there is no label
 * @param note where the label comes from, or why it is missing
 */
public record Label(
    Status status,
    Optional<String> category,
    int votes,
    Optional<String> runnerUp,
    int margin,
    boolean tie,
    Optional<String> family,
    int familyVotes,
    int detections,
    int engines,
    OptionalDouble score,
    String note) {

  /** What is known of a sample's label. */
  public enum Status {
    /** At least two engines agreed on a category. */
    LABELLED,
    /**
     * Engines detected the sample but no two named one category; the score is the table's for
     * unknown.
     */
    UNKNOWN_CATEGORY,
    /** Engines know the file and none calls it malware: no label, not a score of 0. */
    NOT_DETECTED,
    /** No source knows the file, or none could be asked; the note says which. */
    MISSING
  }

  /** No label, for the given reason. */
  public static Label missing(String reason) {
    return none(Status.MISSING, 0, reason);
  }

  /** Known to the engines and called malware by none. */
  public static Label notDetected(int engines, String source) {
    return none(Status.NOT_DETECTED, engines, source);
  }

  private static Label none(Status status, int engines, String note) {
    return new Label(
        status,
        Optional.empty(),
        0,
        Optional.empty(),
        0,
        false,
        Optional.empty(),
        0,
        0,
        engines,
        OptionalDouble.empty(),
        note);
  }
}

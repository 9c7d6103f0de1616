package org.malassay.label;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What antivirus engines call a sample, put into one category by their votes.
 *
 * @param status whether there is a label at all, and how good it is
 * @param category the category that the engines put it into; present when the status is LABELLED
 * @param basis by what they do; present with a category
 * @param votes the engines that voted for it, or for the family that gives it, repeaters of one
 *     another counted once
 * @param runnerUp the category with the second most votes, generic ones such as {@code trojan} left
 *     out unless it is one of them that won
 * @param margin votes less the runner-up's votes; 0 without a category
 * @param tie true when the category had as many votes as the runner-up and won as the worse one
 * @param family the family named by most engines, by at least two; by four, when it has three
 *     letters and is not listed
 * @param familyVotes the engines that named it
 * @param detections the engines that detected the sample, repeaters included
 * @param independentDetections the same, repeaters of one another counted once
 * @param engines the engines that gave an answer
 * @param score the score of the category, from 0 to 10; the table's score for unknown when the
 *     status is UNKNOWN_CATEGORY; empty when there is no label, or a weak one
 * @param note where the label comes from, or why it is missing
 */
public record Label(
    Status status,
    Optional<String> category,
    Optional<Basis> basis,
    int votes,
    Optional<String> runnerUp,
    int margin,
    boolean tie,
    Optional<String> family,
    int familyVotes,
    int detections,
    int independentDetections,
    int engines,
    OptionalDouble score,
    String note) {

  /** What is known of a sample's label. */
  public enum Status {
    /** At least two engines agreed on a category, or on a family that has one. */
    LABELLED,
    /**
     * Engines detected the sample and agreed on a family that has no category, or on nothing, at
     * least four of them independent of one another; the score is the table's for unknown.
     */
    UNKNOWN_CATEGORY,
    /** Fewer engines detected it, and agreed on nothing: no score. */
    WEAK,
    /** Engines know the file and none calls it malware: no label, not a score of 0. */
    NOT_DETECTED,
    /** No source knows the file, or none could be asked; the note says which. */
    MISSING;

    /** The name in words, for a reader. */
    public String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** The basis on which engines name a category. */
  public enum Basis {
    /** A word that means this category. */
    CATEGORY,
    /** The name of a family whose programs belong to it; of categories nothing but generic ones. */
    FAMILY,
    /** A generic word, such as {@code trojan}, and nothing better. */
    GENERIC
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
        Optional.empty(),
        0,
        Optional.empty(),
        0,
        false,
        Optional.empty(),
        0,
        0,
        0,
        engines,
        OptionalDouble.empty(),
        note);
  }
}

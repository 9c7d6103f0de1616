package org.malassay.run;

/**
 * What a row is about: there is one row a sample, environment and repetition in a run.
 *
 * @param environment the name of the environment
 * @param sha256 of the sample
 * @param repetition which measurement it is, 1 for the first one
 */
public record ResultKey(String environment, String sha256, int repetition) {

  public static ResultKey of(Result result) {
    return new ResultKey(result.environment(), result.sha256(), result.repetition());
  }

  /** The same for all repetitions of a row: that of the first one. */
  public static ResultKey ofAnswer(Result result) {
    return new ResultKey(result.environment(), result.sha256(), 1);
  }
}

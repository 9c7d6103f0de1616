package org.malassay.run;

/**
 * What a row is about: there is one row a sample and environment in a run.
 *
 * @param environment the name of the environment
 * @param sha256 of the sample
 */
public record ResultKey(String environment, String sha256) {

  public static ResultKey of(Result result) {
    return new ResultKey(result.environment(), result.sha256());
  }
}

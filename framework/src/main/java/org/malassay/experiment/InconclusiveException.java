package org.malassay.experiment;

/** The tool could not tell whether a sample runs: an error of the test, not a failed assertion. */
public final class InconclusiveException extends RuntimeException {
  InconclusiveException(String cause) {
    super("INCONCLUSIVE: " + cause, null, false, false); // where in the tool says nothing here
  }
}

package org.malassay.experiment;

import org.malassay.sample.SafeText;
import org.malassay.verdict.Cause;

/** The tool could not tell whether a sample runs: an error of the test, not a failed assertion. */
public final class InconclusiveException extends RuntimeException {
  /** A firmware image that could not be read. */
  InconclusiveException(String image, String failure) {
    super(image + " could not be read: " + SafeText.printable(failure), null, false, false);
  }

  InconclusiveException(String subject, Cause cause) {
    super(
        subject + "INCONCLUSIVE: " + SafeText.printable(cause.toString()),
        null,
        false,
        false); // where in the tool says nothing here
  }
}

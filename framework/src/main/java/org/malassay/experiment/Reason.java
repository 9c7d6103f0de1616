package org.malassay.experiment;

import org.malassay.files.FileReason;
import org.malassay.sample.SafeText;

/** Why a file of the user's could not be read or written, in words; printable. */
final class Reason {
  private Reason() {}

  static String of(Exception e) {
    return SafeText.printable(FileReason.of(e));
  }
}

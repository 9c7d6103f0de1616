package org.malassay.label;

import java.io.IOException;

/** What should be a report of a label service is not one; the message says which and why. */
final class ReportException extends IOException {
  ReportException(String message) {
    super(message);
  }
}

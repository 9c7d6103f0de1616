package org.malassay.firmware.survey;

import java.io.IOException;
import java.nio.file.Path;
import org.malassay.options.Options;

/**
 * One format of what comes out of a survey; found by {@link java.util.ServiceLoader}. A pure
 * function of the survey's directory and options: it can be made again from there at any time.
 */
public interface SurveyReport {

  /** The name for {@code -Dreports}, such as {@code csv}: lower-case letters, digits, hyphens. */
  String name();

  /**
   * Writes the report into the directory of the survey.
   *
   * @param options the options in force
   * @return where it was written
   * @throws IOException if it cannot be written
   */
  Path write(SurveyDirectory survey, Options options) throws IOException;
}

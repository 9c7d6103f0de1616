package org.malassay.report;

import java.io.IOException;
import java.nio.file.Path;
import org.malassay.run.RunDirectory;

/**
 * One format of what comes out of a run; found by {@link java.util.ServiceLoader}. A pure function
 * of the run directory: it can be made again from there at any time, and is then made anew.
 */
public interface Report {

  /** One word for the closing lines of a run, such as {@code csv}. */
  String name();

  /**
   * Writes the report into the run directory.
   *
   * @return where it was written
   */
  Path write(RunDirectory run) throws IOException;
}

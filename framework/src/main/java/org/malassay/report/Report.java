package org.malassay.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.malassay.options.Option;
import org.malassay.options.Options;

/**
 * One format of what comes out of a run; found by {@link java.util.ServiceLoader}. A pure function
 * of run directories and options: it can be made again from there at any time.
 */
public interface Report {

  /** The name for {@code -Dreports}, such as {@code csv}: lower-case letters, digits, hyphens. */
  String name();

  /**
   * True when a run makes it only where {@code -Dreports} names it: because it takes long, or few
   * read it.
   */
  default boolean onRequest() {
    return false;
  }

  /** The options that only this report has, each named {@code <name>.<something>}. */
  default List<Option<?>> options() {
    return List.of();
  }

  /**
   * Writes the report into the directory of the run.
   *
   * @param runs the run, and those before it
   * @param options the options in force
   * @return where it was written
   * @throws IOException if it cannot be written
   */
  Path write(Runs runs, Options options) throws IOException;

  /**
   * The command line that shows what was written; none where there is none to be given.
   *
   * @param written what {@link #write} has returned
   */
  default Optional<String> command(Path written) {
    return Optional.empty();
  }
}

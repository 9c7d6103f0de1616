package org.malassay.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.malassay.files.FileReason;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.run.Journaled;
import org.malassay.run.Repetitions;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.SafeText;

/**
 * The earlier run that a run is compared with. Its journal is read once, for expectations and
 * reports.
 *
 * @param name by which it is found again
 * @param run its directory
 * @param journaled its results, and what of them is damaged
 */
public record Baseline(String name, RunDirectory run, Journaled journaled) {
  public static final Option<String> OPTION =
      Option.optional(
          "baseline",
          "RUN",
          "compare with that run, by its id or folder: fail where a sample became executable, a"
              + " score of it rose, or a login session reached a new stage since, and tell all that"
              + " changed in the reports",
          text -> text);

  /**
   * Reads it.
   *
   * @throws OptionException if it is not the directory of a run, or cannot be read
   */
  public static Baseline read(NamedRun named) {
    try {
      RunDirectory run = RunDirectory.open(named.folder());
      return new Baseline(named.name(), run, run.journaled());
    } catch (IOException e) {
      throw new OptionException(
          "-Dbaseline: the run cannot be read: " + SafeText.printable(FileReason.of(e)));
    }
  }

  /**
   * Refuses a run that would be compared with itself.
   *
   * @param run the directory of the run that is compared
   * @throws OptionException if the baseline is that one
   */
  public static void refuseItself(NamedRun baseline, Path run) {
    if (baseline.folder().equals(run)) {
      throw new OptionException(
          "-Dbaseline: run %s is the run itself; name an earlier run, by its id or its folder"
              .formatted(run.getFileName()));
    }
  }

  /** One result a sample and environment, whatever the number of its repetitions. */
  public List<Result> answers() {
    return Repetitions.answers(journaled.results());
  }
}

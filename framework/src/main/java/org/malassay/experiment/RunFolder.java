package org.malassay.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.report.NamedRun;
import org.malassay.run.RunId;
import org.malassay.run.Shard;

/**
 * Where a run is kept.
 *
 * @param runs the folder of runs
 * @param id of the run
 * @param resumed the folder of the earlier run that it continues
 */
record RunFolder(Path runs, String id, Optional<Path> resumed) {

  /**
   * @throws OptionException if the run to be continued is not there
   */
  static RunFolder of(Options options) {
    Path runs = options.get(RunOptions.OUT);
    Optional<Path> resumed =
        options
            .find(RunOptions.RESUME)
            .map(run -> NamedRun.find(RunOptions.RESUME, run, runs).folder());
    return new RunFolder(
        runs,
        resumed
            .map(run -> run.getFileName().toString())
            .orElseGet(() -> RunId.fresh(options.find(Shard.OPTION).orElse(Shard.WHOLE))),
        resumed);
  }

  /** What is unpacked for the run. */
  UnpackedSamples unpacked() {
    return new UnpackedSamples(resumed.orElse(runs.resolve(id)));
  }

  /** Why the run cannot be kept there. */
  OptionException unusable(IOException e) {
    return new OptionException(
        resumed.isPresent()
            ? "-Dresume: run %s cannot be continued: %s".formatted(id, Reason.of(e))
            : "-Dout=%s cannot hold the run: %s".formatted(runs, Reason.of(e)));
  }
}

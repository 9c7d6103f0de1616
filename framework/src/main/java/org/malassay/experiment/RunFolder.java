package org.malassay.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.options.Values;
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
        options.find(RunOptions.RESUME).map(run -> earlier(RunOptions.RESUME, run, runs));
    return new RunFolder(
        runs,
        resumed
            .map(run -> run.getFileName().toString())
            .orElseGet(() -> RunId.fresh(options.find(Shard.OPTION).orElse(Shard.WHOLE))),
        resumed);
  }

  /**
   * The folder of a run named by its id, its folder, or not at all: the latest.
   *
   * @param option that names it
   * @throws OptionException if it is not there
   */
  static Path earlier(Option<String> option, String run, Path runs) {
    String name =
        run.isEmpty() || run.equals("true") ? "latest" : run; // Maven's -Dresume is "true"
    Path folder =
        Stream.of(runs.resolve(name), Values.path(name))
            .filter(Files::isDirectory)
            .findFirst()
            .orElseThrow(
                () ->
                    new OptionException(
                        "-D%s: there is no run %s in %s (another folder of runs: -Dout)"
                            .formatted(option.name(), name, runs)));
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new OptionException(
          "-D%s: the run %s cannot be read: %s".formatted(option.name(), folder, Reason.of(e)));
    }
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

package org.malassay.run;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What a reader must know of a run besides its results.
 *
 * @param id the id of the run
 * @param experiment what was run, such as {@code FirmwareExperiment.nothingRunsInOurContainer};
 *     empty in the header of an earlier version
 * @param started when it was started
 * @param options the options in force, by name, as text
 * @param versions the versions of the project, Java and the like, by name
 * @param environments for each environment its facts, by name
 */
public record RunHeader(
    String id,
    String experiment,
    Instant started,
    Map<String, String> options,
    Map<String, String> versions,
    Map<String, Map<String, String>> environments) {

  public RunHeader {
    experiment = Objects.requireNonNullElse(experiment, "");
  }
}

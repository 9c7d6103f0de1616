package org.malassay.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One start of a run: a run that is continued has several.
 *
 * @param started when
 * @param options the options in force, by name, as text
 * @param versions the versions of the project, Java and the like, by name
 * @param environments for each environment its facts, by name
 * @param corpus which files there were to choose from; empty in the header of an earlier version
 */
public record Session(
    @JsonProperty("started") Instant started,
    @JsonProperty("options") Map<String, String> options,
    @JsonProperty("versions") Map<String, String> versions,
    @JsonProperty("environments") Map<String, Map<String, String>> environments,
    @JsonProperty("corpus") Optional<CorpusDigest> corpus) {

  /**
   * How often each sample was to be measured in each environment: the option {@code repeat}, 1 in
   * the header of an earlier version.
   *
   * @throws IllegalArgumentException if the header names no number
   */
  public int repeat() {
    return Optional.ofNullable(options.get("repeat")).map(Integer::parseInt).orElse(1);
  }
}

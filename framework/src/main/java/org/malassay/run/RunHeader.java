package org.malassay.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a reader must know of a run besides its results.
 *
 * @param id the id of the run
 * @param experiment what was run, such as {@code FirmwareExperiment.nothingRunsInOurContainer};
 *     empty in the header of an earlier version
 * @param sessions its starts, the first one first; never empty. Of a run that was merged of others,
 *     theirs, once where they say the same
 * @param merged what it was merged of; empty in any other run
 */
public record RunHeader(
    String id, String experiment, List<Session> sessions, Optional<Merged> merged) {

  public RunHeader {
    sessions = List.copyOf(sessions);
    if (sessions.isEmpty()) {
      throw new IllegalArgumentException("a run was started at least once");
    }
  }

  /** The header of a run that is started for the first time. */
  public static RunHeader of(String id, String experiment, Session first) {
    return new RunHeader(id, experiment, List.of(first), Optional.empty());
  }

  /** The same run, continued. */
  public RunHeader with(Session next) {
    List<Session> more = new ArrayList<>(sessions);
    more.add(next);
    return new RunHeader(id, experiment, more, merged);
  }

  /** The start that made the run. */
  public Session first() {
    return sessions.get(0);
  }

  /** The newest start. */
  public Session last() {
    return sessions.get(sessions.size() - 1);
  }

  /**
   * The part of the corpus that it is of, in all of its starts.
   *
   * @throws IllegalArgumentException if the header names one that cannot be
   */
  public Shard shard() {
    return Optional.ofNullable(first().options().get(Shard.OPTION.name()))
        .map(Shard::parse)
        .orElse(Shard.WHOLE);
  }

  /** When the run was started first. */
  public Instant started() {
    return first().started();
  }

  /** The facts of every environment that any of the run's rows is from, by name. */
  public Map<String, Map<String, String>> environments() {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    sessions.forEach(session -> all.putAll(session.environments()));
    return all;
  }
}

package org.malassay.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a reader must know of a run besides its results.
 *
 * @param id the id of the run
 * @param experiment what was run, such as {@code FirmwareExperiment.nothingRunsInOurContainer};
 *     empty in the header of an earlier version
 * @param sessions its starts, the first one first; never empty
 */
public record RunHeader(String id, String experiment, List<Session> sessions) {

  public RunHeader {
    sessions = List.copyOf(sessions);
    if (sessions.isEmpty()) {
      throw new IllegalArgumentException("a run was started at least once");
    }
  }

  /** The header of a run that is started for the first time. */
  public static RunHeader of(String id, String experiment, Session first) {
    return new RunHeader(id, experiment, List.of(first));
  }

  /** The same run, continued. */
  public RunHeader with(Session next) {
    List<Session> more = new ArrayList<>(sessions);
    more.add(next);
    return new RunHeader(id, experiment, more);
  }

  /** The start that made the run. */
  public Session first() {
    return sessions.get(0);
  }

  /** The newest start. */
  public Session last() {
    return sessions.get(sessions.size() - 1);
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

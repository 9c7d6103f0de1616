package org.malassay.firmware.survey;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a survey is.
 *
 * @param id its name, which begins with the time
 * @param sessions its starts, the first one first; never empty
 */
public record SurveyHeader(String id, List<Session> sessions) {
  /**
   * A start.
   *
   * @param options in force, by name
   * @param versions of what it was made with, and of what decides about findings
   */
  public record Session(
      Instant started, Map<String, String> options, Map<String, String> versions) {
    public Session {
      options = Map.copyOf(options);
      versions = Map.copyOf(versions);
    }
  }

  public SurveyHeader {
    sessions = List.copyOf(sessions);
    if (sessions.isEmpty()) {
      throw new IllegalArgumentException("a survey has a start");
    }
  }

  /** The same, started once more. */
  SurveyHeader with(Session session) {
    List<Session> more = new ArrayList<>(sessions);
    more.add(session);
    return new SurveyHeader(id, more);
  }

  /** Its last start. */
  public Session last() {
    return sessions.get(sessions.size() - 1);
  }
}

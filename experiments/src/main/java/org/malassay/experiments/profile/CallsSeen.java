package org.malassay.experiments.profile;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Event;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;

/**
 * The calls of a service, told from those of its launcher: what the launcher calls before it
 * becomes the service is told with its time, and taken off the counts.
 */
final class CallsSeen {
  private CallsSeen() {}

  /**
   * Those of the service.
   *
   * @param program its path
   * @return empty if it was not started
   */
  static Optional<SortedSet<String>> of(List<Event> events, String program) {
    Optional<Duration> start =
        events.stream()
            .filter(ProgramStarted.class::isInstance)
            .map(ProgramStarted.class::cast)
            .filter(it -> it.program().equals(program))
            .map(Event::at)
            .findFirst();
    return start.map(from -> since(events, from));
  }

  private static SortedSet<String> since(List<Event> events, Duration from) {
    Map<String, Long> before = new HashMap<>();
    SortedSet<String> seen = new TreeSet<>();
    for (Event event : events) {
      if (event instanceof SystemCall call) {
        if (call.at().compareTo(from) < 0) {
          before.merge(call.name(), 1L, Long::sum);
        } else {
          seen.add(call.name());
        }
      }
    }
    for (Event event : events) {
      if (event instanceof CallsCounted count
          && count.calls() > before.getOrDefault(count.name(), 0L)) {
        seen.add(count.name());
      }
    }
    return seen;
  }
}

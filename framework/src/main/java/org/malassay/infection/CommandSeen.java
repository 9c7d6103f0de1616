package org.malassay.infection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one command of a session caused. A session's are the piece of evidence {@link #FILE}, a list
 * in JSON.
 *
 * @param number of the command, from 1
 * @param typed the command itself: hostile text
 * @param programs that were started, by the names they go by, in their order
 * @param calls how often each was made, without those by which programs start up
 * @param stages that its events tell of
 */
public record CommandSeen(
    int number, String typed, List<String> programs, Map<String, Long> calls, Set<String> stages) {
  /** The name of the piece of evidence. */
  public static final String FILE = "session.json";

  public CommandSeen {
    programs = List.copyOf(programs);
    calls = Collections.unmodifiableMap(new LinkedHashMap<>(calls));
    stages = Collections.unmodifiableSet(new LinkedHashSet<>(stages));
  }
}

package org.malassay.environments.internet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.malassay.behavior.Event;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProgramStarted;

/**
 * Which program each process executed, and when: a process that has not executed any executes that
 * of the process that made it. Used by one thread at a time.
 */
final class Programs {
  /** Of processes and programs that are remembered. */
  static final int MOST = 50_000;

  /** Without their arguments, which may be long. */
  private record Change(Duration at, int process, int parent, Optional<String> program) {}

  private final List<Change> changes = new ArrayList<>();
  private final Map<Integer, TreeMap<Duration, Optional<String>>> known = new HashMap<>();
  private final Memory memory = new Memory();

  /** Remembers what a process executes, if the event tells of it. */
  void accept(Event event) {
    if (event instanceof ProgramStarted it) {
      remember(new Change(it.at(), it.process(), 0, Optional.of(it.program())));
    } else if (event instanceof ProcessBegun it) {
      remember(new Change(it.at(), it.process(), it.parent(), Optional.empty()));
    }
  }

  private void remember(Change change) {
    if (changes.size() < MOST) {
      changes.add(change);
    } else {
      memory.leaveOut(change.at());
    }
  }

  /** Puts together what is remembered; once. */
  void finish() {
    changes.sort(Comparator.comparing(Change::at)); // a recorder may tell a parent's later
    for (Change change : changes) {
      known
          .computeIfAbsent(change.process(), it -> new TreeMap<>())
          .put(change.at(), change.program().or(() -> executed(change.parent(), change.at())));
    }
    changes.clear();
  }

  /** False when what was executed at that time may have been left out. */
  boolean knows(Duration at) {
    return memory.knows(at);
  }

  /** What a process executed; empty when that is not known. */
  Optional<String> at(int process, Duration at) {
    return knows(at) ? executed(process, at) : Optional.empty();
  }

  private Optional<String> executed(int process, Duration at) {
    return Optional.ofNullable(known.get(process))
        .map(changes -> changes.floorEntry(at))
        .flatMap(Map.Entry::getValue);
  }
}

package org.malassay.behavior;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The tree of processes. An id can belong to several of them, one after the other. */
final class ProcessFold {
  private static final int MOST_PROGRAMS = 100;

  /** Deeper processes stand beside their makers, so that walking the tree needs bounded stack. */
  private static final int MOST_DEPTH = 64;

  private final Growing all = new Growing(0, Duration.ZERO, Optional.empty());
  private final Map<Integer, Growing> living = new HashMap<>();
  private int number;
  private long leftOut;

  private static final class Growing {
    private final int process;
    private final Duration begun;
    private final Optional<Growing> above;
    private final int depth;
    private final List<Growing> children = new ArrayList<>(0);
    private final List<ProgramStarted> programs = new ArrayList<>(1);
    private Optional<ProcessEnded> end = Optional.empty();

    Growing(int process, Duration begun, Optional<Growing> above) {
      this.process = process;
      this.begun = begun;
      this.above = above;
      this.depth = above.map(it -> it.depth + 1).orElse(0);
    }

    /** Where the children of this one go. */
    Growing forChildren() {
      return depth < MOST_DEPTH ? this : above.orElse(this);
    }

    ProcessLife life() {
      return new ProcessLife(
          process,
          begun,
          end.map(ProcessEnded::at),
          end.map(ProcessEnded::status).orElse(OptionalInt.empty()),
          end.map(ProcessEnded::signal).orElse(OptionalInt.empty()),
          List.copyOf(programs),
          lives());
    }

    List<ProcessLife> lives() {
      return children.stream().map(Growing::life).toList();
    }
  }

  void begin(ProcessBegun event) {
    living.remove(event.process()); // its end was lost, and its id is used again
    add(event.process(), event.at(), Optional.ofNullable(living.get(event.parent())));
  }

  void start(ProgramStarted event) {
    find(event.process(), event.at())
        .ifPresent(process -> BehaviorFold.add(process.programs, event, MOST_PROGRAMS));
  }

  void end(ProcessEnded event) {
    find(event.process(), event.at()).ifPresent(process -> process.end = Optional.of(event));
    living.remove(event.process());
  }

  /** The process of this id, which is new when its beginning was lost. */
  private Optional<Growing> find(int process, Duration at) {
    Growing known = living.get(process);
    return known == null ? add(process, at, Optional.empty()) : Optional.of(known);
  }

  private Optional<Growing> add(int process, Duration at, Optional<Growing> maker) {
    if (number == Behavior.MOST_PROCESSES) {
      leftOut++;
      return Optional.empty();
    }
    number++;
    Growing above = maker.map(Growing::forChildren).orElse(all);
    Growing added = new Growing(process, at, Optional.of(above));
    above.children.add(added);
    living.put(process, added);
    return Optional.of(added);
  }

  /**
   * How many more processes there were; one whose beginning was not kept may count more than once.
   */
  long leftOut() {
    return leftOut;
  }

  List<ProcessLife> roots() {
    return all.lives();
  }
}

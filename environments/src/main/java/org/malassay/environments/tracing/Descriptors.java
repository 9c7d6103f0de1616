package org.malassay.environments.tracing;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The descriptors of a process as far as they are known. A copy costs nothing until one of the two
 * changes, as most children execute a program at once.
 */
final class Descriptors {
  /** More than programs have open; whatever is beyond stays unknown. */
  private static final int MOST = 1024;

  private Map<Integer, Descriptor> open;
  private boolean ours;

  Descriptors() {
    this(new HashMap<>(), true);
  }

  private Descriptors(Map<Integer, Descriptor> open, boolean ours) {
    this.open = open;
    this.ours = ours;
  }

  /** Those of a child. */
  Descriptors copy() {
    ours = false;
    return new Descriptors(open, false);
  }

  private Map<Integer, Descriptor> changing() {
    if (!ours) {
      open = new HashMap<>(open);
      ours = true;
    }
    return open;
  }

  Optional<Descriptor> find(long number) {
    return Optional.ofNullable(open.get((int) number));
  }

  void put(long number, Descriptor descriptor) {
    if (number >= 0 && (open.size() < MOST || open.containsKey((int) number))) {
      changing().put((int) number, descriptor);
    }
  }

  void remove(long number) {
    if (open.containsKey((int) number)) {
      changing().remove((int) number);
    }
  }

  /** The second one becomes what the first one is. */
  void duplicate(long from, long to, boolean closedByExec) {
    Optional<Descriptor> descriptor = find(from);
    if (descriptor.isPresent()) {
      put(to, descriptor.get().closedByExec(closedByExec));
    } else {
      remove(to);
    }
  }

  void closeRange(long first, long last) {
    changing().keySet().removeIf(number -> number >= first && number <= last);
  }

  /** A program is executed. */
  void exec() {
    if (open.values().stream().anyMatch(Descriptor::closedByExec)) {
      changing().values().removeIf(Descriptor::closedByExec);
    }
  }
}

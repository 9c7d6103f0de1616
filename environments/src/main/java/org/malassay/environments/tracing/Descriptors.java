package org.malassay.environments.tracing;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The descriptors of a process as far as they are known. A copy costs nothing until one of the two
 * changes, as most children execute a program at once. Whoever has it gives it back with {@link
 * #release}, as all of one guest have their room in common.
 */
final class Descriptors {
  /** More than programs have open; whatever is beyond stays unknown. */
  private static final int MOST = 1024;

  /** Of an entry, beside its path. */
  private static final int ENTRY_BYTES = 128;

  private final DescriptorRoom room;
  private Table table;
  private int processes = 1;

  /** What one or several hold; it changes only while one does. */
  private static final class Table {
    private final Map<Integer, Descriptor> open = new HashMap<>();
    private int holders = 1;
  }

  Descriptors(DescriptorRoom room) {
    this(room, new Table());
  }

  private Descriptors(DescriptorRoom room, Table table) {
    this.room = room;
    this.table = table;
  }

  /** Those of a child. */
  Descriptors copy() {
    table.holders++;
    return new Descriptors(room, table);
  }

  /** The same, for one more process. */
  Descriptors share() {
    processes++;
    return this;
  }

  /** A process needs them no more. */
  void release() {
    processes--;
    if (processes == 0) {
      leaveTable();
      table = new Table();
    }
  }

  private void leaveTable() {
    table.holders--;
    if (table.holders == 0) {
      room.giveBack(table.open.values().stream().mapToLong(Descriptors::bytes).sum());
    }
  }

  private static long bytes(Descriptor descriptor) {
    // In the longest case: Java has two bytes for a letter that is not of Latin-1.
    return ENTRY_BYTES + 2L * descriptor.path().map(String::length).orElse(0);
  }

  /** From here on nobody else holds the table. */
  private void changing() {
    if (table.holders > 1) {
      Table shared = table;
      leaveTable();
      table = new Table();
      shared.open.forEach(this::set);
    }
  }

  Optional<Descriptor> find(long number) {
    return Optional.ofNullable(table.open.get((int) number));
  }

  void put(long number, Descriptor descriptor) {
    if (number >= 0 && (table.open.size() < MOST || table.open.containsKey((int) number))) {
      changing();
      set((int) number, descriptor);
    }
  }

  /** Without its path, or not at all, where there is no room. */
  private void set(int number, Descriptor descriptor) {
    unset(number);
    if (room.take(bytes(descriptor))) {
      table.open.put(number, descriptor);
    } else if (descriptor.path().isPresent()) {
      set(number, descriptor.withoutPath());
    }
  }

  private void unset(int number) {
    Descriptor before = table.open.remove(number);
    if (before != null) {
      room.giveBack(bytes(before));
    }
  }

  void remove(long number) {
    if (table.open.containsKey((int) number)) {
      changing();
      unset((int) number);
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
    removeIf(open -> open.getKey() >= first && open.getKey() <= last);
  }

  /** A program is executed. */
  void exec() {
    removeIf(open -> open.getValue().closedByExec());
  }

  private void removeIf(Predicate<Map.Entry<Integer, Descriptor>> isClosed) {
    table.open.entrySet().stream()
        .filter(isClosed)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::remove);
  }
}

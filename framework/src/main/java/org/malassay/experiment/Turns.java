package org.malassay.experiment;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Whose turn it is: samples, by their numbers, in order; but one that somebody waits for comes
 * first. Safe for use by several threads.
 */
final class Turns {
  private final Deque<Integer> waiting = new ArrayDeque<>();

  Turns(int count) {
    IntStream.range(0, count).forEach(waiting::add);
  }

  /** The next one; empty when there is none left. */
  synchronized OptionalInt next() {
    Integer next = waiting.poll();
    return next == null ? OptionalInt.empty() : OptionalInt.of(next);
  }

  /** How many are left. */
  synchronized int left() {
    return waiting.size();
  }

  /** Moves one to the front, unless it has had its turn. */
  synchronized void first(int number) {
    if (waiting.remove(number)) {
      waiting.addFirst(number);
    }
  }

  /** Takes all that are left. */
  synchronized IntStream rest() {
    int[] rest = waiting.stream().mapToInt(Integer::intValue).toArray();
    waiting.clear();
    return IntStream.of(rest);
  }
}

package org.malassay.experiment;

import java.util.ArrayDeque;
import java.util.Deque;

/** How to undo what was done until a start failed, the last first. */
final class Undo implements AutoCloseable {
  private final Deque<Runnable> steps = new ArrayDeque<>();

  void by(Runnable step) {
    steps.push(step);
  }

  /** Adds a step that may fail quietly: the user has to hear of what failed before it. */
  void quietlyBy(Faults.Action step) {
    by(() -> new Faults().guard(step));
  }

  /** The start has succeeded: nothing is undone. */
  void forget() {
    steps.clear();
  }

  @Override
  public void close() {
    steps.forEach(Runnable::run);
  }
}

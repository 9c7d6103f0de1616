package org.malassay.experiment;

import java.util.ArrayDeque;
import java.util.Deque;

/** How to undo what was done until a start failed, the last first. */
final class Undo implements AutoCloseable {
  private final Deque<Runnable> steps = new ArrayDeque<>();

  void by(Runnable step) {
    steps.push(step);
  }

  /** By something that may fail: what failed before it is what the user must hear of. */
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

package org.malassay.experiment;

import org.malassay.behavior.EventSink;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Order;
import org.malassay.environment.Probe;
import org.malassay.sample.Sample;

/** A guest that runs nothing, and is asked for one thing. */
abstract class AskedGuest implements Guest {
  @Override
  public void put(Sample sample) {}

  @Override
  public Probe probe() {
    throw new IllegalStateException("not asked");
  }

  @Override
  public Execution run(Order order, EventSink events) {
    throw new IllegalStateException("not run");
  }

  @Override
  public void collect(Evidence evidence) {}

  @Override
  public void close() {}
}

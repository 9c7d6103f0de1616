package org.malassay.experiment;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.behavior.UnsupportedCallFold;
import org.malassay.environment.Evidence;
import org.malassay.environment.Piece;

/**
 * What is seen of one sample: its events go into a log among the evidence, and what its verdict
 * needs is added up as they pass. Safe for use by several threads.
 */
final class Observation implements EventSink, AutoCloseable {
  private static final Piece LOG =
      new Piece(
          EventLog.FILE,
          "what was seen of the sample, each event with its origin",
          "application/gzip",
          Origin.HOST);

  private final long start = System.nanoTime();
  private final EventLog log;
  private final UnsupportedCallFold unsupported = new UnsupportedCallFold();

  private Observation(EventLog log) {
    this.log = log;
  }

  /** Begins now, as the sample is about to be started. */
  static Observation begin(Evidence evidence) throws IOException {
    return new Observation(
        EventLog.open(evidence.stream(LOG), Instant.now(), EventLog.Bounds.DEFAULT));
  }

  /** The time of an event that is seen now. */
  Duration now() {
    return at(System.nanoTime());
  }

  /** The time of an event that was seen at this {@link System#nanoTime}. */
  Duration at(long nanoTime) {
    return Duration.ofNanos(nanoTime - start);
  }

  @Override
  public void accept(Event event) {
    unsupported.accept(event);
    log.accept(event);
  }

  /** The system calls that the environment lacks, as told until now. */
  List<UnsupportedCall> unsupported() {
    return unsupported.calls();
  }

  /**
   * What was recorded; the service is asked by this side, whatever the guest tells.
   *
   * @param told what the guest says of it
   */
  Recording recording(Recording told) {
    return log.judge(told.with(Facet.SERVICE, FacetState.OBSERVED));
  }

  @Override
  public void close() {
    log.close();
  }
}

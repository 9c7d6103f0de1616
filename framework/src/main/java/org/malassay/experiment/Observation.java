package org.malassay.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.BehaviorFold;
import org.malassay.behavior.BehaviorSummary;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.LeftFiles;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Piece;
import org.malassay.infection.CommandSeen;
import org.malassay.infection.Infection;
import org.malassay.infection.InfectionFold;
import org.malassay.sample.LoginSession;
import org.malassay.sample.Sample;
import org.malassay.score.Matched;
import org.malassay.score.RuleBook;
import org.malassay.score.RuleMatcher;

/**
 * What is seen of one sample: its events go into a log among the evidence, and what its row needs
 * is added up as they pass. Events of facets that are off go nowhere, but for the calls that the
 * environment lacks, which its verdict needs. Safe for use by several threads.
 */
final class Observation implements EventSink, AutoCloseable {
  private static final Piece LOG =
      new Piece(
          EventLog.FILE,
          "what was seen of the sample, each event with its origin",
          "application/gzip",
          Origin.HOST);

  private static final Piece SESSION =
      new Piece(
          CommandSeen.FILE,
          "what each command of the session caused: programs, calls, stages of an infection",
          "application/json",
          Origin.HOST);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final long start = System.nanoTime();
  private final Recording planned;
  private final Optional<EventLog> log;
  private final BehaviorFold fold = Behavior.fold();
  private final RuleMatcher matcher;
  private final Optional<InfectionFold> infection;
  private final LeftFiles left = new LeftFiles();

  private Observation(
      Recording planned,
      Optional<EventLog> log,
      RuleMatcher matcher,
      Optional<InfectionFold> infection) {
    this.infection = infection;
    this.planned = planned;
    this.log = log;
    this.matcher = matcher;
  }

  /**
   * Begins now, as the sample is about to be started.
   *
   * @param sample whose events they are
   * @param planned what is to be recorded of it
   * @param rules that it is matched against
   */
  static Observation begin(Sample sample, Evidence evidence, Recording planned, RuleBook rules)
      throws IOException {
    return new Observation(
        planned,
        planned.equals(Recording.OFF)
            ? Optional.empty()
            : Optional.of(
                EventLog.open(evidence.stream(LOG), Instant.now(), EventLog.Bounds.DEFAULT)),
        rules.matcher(),
        LoginSession.of(sample).map(it -> new InfectionFold(it.commands())));
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
    boolean recorded = !isOff(event.facet());
    if (isToObserve(Facet.FILES)) { // which are known by the calls, recorded or not
      synchronized (left) {
        left.accept(event);
      }
    }
    if (recorded || event instanceof UnsupportedCall) {
      synchronized (fold) {
        fold.accept(event);
        matcher.accept(event);
        infection.ifPresent(it -> it.accept(event));
      }
    }
    if (recorded) {
      log.ifPresent(it -> it.accept(event));
    }
  }

  private boolean isOff(Facet facet) {
    return planned.of(facet).equals(FacetState.OFF);
  }

  /** Whether this facet is to be recorded, and can be. */
  boolean isToObserve(Facet facet) {
    return planned.of(facet).equals(FacetState.OBSERVED);
  }

  /**
   * What the sample has left, once it is over; further events change nothing of it.
   *
   * @param sample its SHA-256
   * @param ended how it ended
   * @return how well the files were recorded; off when the guest itself tells of them, or they are
   *     not to be recorded
   */
  FacetState keepFiles(
      Guest guest, Evidence evidence, String sample, Execution ended, Origin origin)
      throws IOException {
    FacetState calls = ended.recording().of(Facet.CALLS);
    if (!isToObserve(Facet.FILES) || !ended.recording().of(Facet.FILES).equals(FacetState.OFF)) {
      return ended.recording().of(Facet.FILES);
    }
    if (!ended.recording().tells(Facet.CALLS)) {
      return FacetState.missing("which of them changed is not known: calls are " + calls);
    }
    boolean isDown = ended.ending() instanceof Ending.GuestDown;
    LeftFiles.Left files;
    synchronized (left) {
      files = left.left();
    }
    try (KeptFiles kept = new KeptFiles(evidence, origin, KeptFiles.Bounds.DEFAULT, this)) {
      FacetState state = kept.keep(files, sample, guest, isDown);
      return calls.kind() == FacetState.Kind.CUT
          ? state.and(FacetState.cut(0, "not all that changed is known: calls are " + calls))
          : state;
    }
  }

  /** The system calls that the environment lacks, as told until now. */
  List<UnsupportedCall> unsupported() {
    synchronized (fold) {
      return fold.unsupported();
    }
  }

  /** What the rules found until now. */
  Matched matched() {
    synchronized (fold) {
      return matcher.matched();
    }
  }

  /**
   * How far a login session came until now.
   *
   * @param recording how well it was recorded
   * @return empty where the sample is none, nothing of it was typed, or its calls were not seen
   */
  Optional<Infection> infection(Recording recording) {
    synchronized (fold) {
      return infection
          .filter(it -> recording.tells(Facet.CALLS) && recording.tells(Facet.PROCESSES))
          .map(InfectionFold::infection)
          .filter(it -> it.typed() > 0);
    }
  }

  /** Adds what each command of a login session caused, where that was seen. */
  void keepCommands(Evidence evidence) throws IOException {
    if (infection.isPresent()) {
      List<CommandSeen> commands;
      synchronized (fold) {
        commands = infection.get().commands();
      }
      evidence.write(SESSION, JSON.writeValueAsBytes(commands));
    }
  }

  /**
   * What was seen until now, in numbers.
   *
   * @param observed how long the sample was observed
   * @param stopped whether it went on then
   */
  BehaviorSummary summary(Duration observed, boolean stopped) {
    synchronized (fold) {
      return fold.behavior().summary(observed, stopped);
    }
  }

  /**
   * What was recorded; the service is asked by this side, whatever the guest tells.
   *
   * @param told what the guest says of it
   */
  Recording recording(Recording told) {
    Recording recording = planned;
    for (Facet facet : Facet.values()) {
      if (facet != Facet.SERVICE && !isOff(facet)) {
        recording = recording.with(facet, state(facet, told.of(facet)));
      }
    }
    Recording judged = recording;
    return log.map(it -> it.judge(judged)).orElse(judged);
  }

  /** The same when the tool failed before the guest had told. */
  Recording unfinished() {
    Recording told = Recording.OFF;
    for (Facet facet : Facet.values()) {
      if (isToObserve(facet)) {
        told = told.with(facet, FacetState.cut(0, "the tool failed before the end"));
      }
    }
    return recording(told).with(Facet.SERVICE, told.of(Facet.SERVICE));
  }

  private FacetState state(Facet facet, FacetState told) {
    if (!told.equals(FacetState.OFF)) {
      return told;
    }
    return planned.of(facet).equals(FacetState.OBSERVED)
        ? FacetState.missing("the guest told nothing of it")
        : planned.of(facet);
  }

  @Override
  public void close() {
    log.ifPresent(EventLog::close);
  }
}

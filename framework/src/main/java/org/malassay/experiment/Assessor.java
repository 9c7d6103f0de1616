package org.malassay.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.malassay.behavior.BehaviorSummary;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Libraries;
import org.malassay.environment.Output;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.infection.Infection;
import org.malassay.run.Service;
import org.malassay.sample.Sample;
import org.malassay.score.Matched;
import org.malassay.score.RuleBook;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;
import org.malassay.verdict.VerdictRule;

/** Takes one sample through one fresh guest. Safe for use by several threads. */
final class Assessor {
  private final Environment environment;
  private final ExecutorService watchers;
  private final Orders orders;
  private final Recording planned;
  private final RuleBook rules;

  /**
   * @param watchers runs a {@link ServiceWatch} for each guest that runs side by side
   * @param orders how samples are run
   * @param planned what is to be recorded of every sample
   * @param rules that every sample is matched against
   */
  Assessor(
      Environment environment,
      ExecutorService watchers,
      Orders orders,
      Recording planned,
      RuleBook rules) {
    this.environment = environment;
    this.watchers = watchers;
    this.orders = orders;
    this.planned = planned;
    this.rules = rules;
  }

  /**
   * Whatever a sample, a guest or an environment does is a verdict, and not thrown.
   *
   * @param waiting how many samples are still to have a guest after this one, at most
   */
  Assessment assess(Sample sample, Evidence evidence, int waiting) throws InterruptedException {
    Optional<Verdict> early =
        VerdictRule.beforeRunning(sample.facts(), environment.architectures());
    if (early.isPresent()) {
      return Assessment.of(early.get());
    }
    Attempt attempt = new Attempt(evidence);
    try (Guest guest = environment.start(waiting)) {
      return attempt.take(sample, guest);
    } catch (GuestException | IOException | RuntimeException e) {
      // The last for a defect of an environment, which must not end a run of thousands.
      return attempt.failed(e);
    }
  }

  /** One sample in one guest, and what is known of it when the tool fails. */
  private final class Attempt {
    private final Evidence evidence;
    private Optional<Execution> execution = Optional.empty();
    private List<UnsupportedCall> unsupported = List.of();
    private Optional<Recording> recording = Optional.empty();
    private Optional<BehaviorSummary> behavior = Optional.empty();
    private Matched matched = Matched.NOTHING;
    private Optional<Infection> infection = Optional.empty();
    private Optional<Libraries> libraries = Optional.empty();
    private Duration waited = Duration.ZERO;
    private boolean collected;

    Attempt(Evidence evidence) {
      this.evidence = evidence;
    }

    Assessment take(Sample sample, Guest guest)
        throws GuestException, IOException, InterruptedException {
      waited = guest.waited();
      try {
        return run(sample, guest);
      } catch (GuestException | IOException | RuntimeException e) {
        collectAfter(e, guest);
        throw e;
      }
    }

    private Assessment run(Sample sample, Guest guest)
        throws GuestException, IOException, InterruptedException {
      guest.put(sample);
      libraries = guest.libraries();
      long asked = System.nanoTime();
      Probe before = guest.probe();
      try (Observation observation = Observation.begin(sample, evidence, planned, rules)) {
        try {
          return observed(sample, guest, before, asked, observation);
        } catch (GuestException | IOException | RuntimeException e) {
          unfinished(observation);
          throw e;
        }
      }
    }

    /** Its events are among the evidence: how whole they are, and what they add up to, is told. */
    private void unfinished(Observation observation) {
      recording = Optional.of(observation.unfinished());
      behavior = Optional.of(observation.summary(observation.now(), true));
      matched = observation.matched();
      infection = observation.infection(recording.get());
      try {
        observation.keepCommands(evidence);
      } catch (IOException e) {
        // what failed first is what matters
      }
    }

    private Assessment observed(
        Sample sample, Guest guest, Probe before, long asked, Observation observation)
        throws GuestException, IOException, InterruptedException {
      ServiceWatch watch = new ServiceWatch(guest, before, asked, observation, watchers);
      Optional<UsageWatch> usage = UsageWatch.begin(guest, environment, observation, watchers);
      Execution ended;
      FacetState used = FacetState.OFF;
      try {
        ended = guest.run(orders.of(sample), observation);
        if (usage.isPresent()) {
          used = usage.get().end();
        }
      } catch (Throwable e) { // ends the probes in any case: nobody probes a guest that is closed
        endAfter(e, watch::end);
        usage.ifPresent(it -> endAfter(e, it::stop));
        throw e;
      } finally {
        unsupported = observation.unsupported();
      }
      execution = Optional.of(ended);
      List<Probe> during;
      try {
        during = watch.end(); // at once: later answers are none of the sample's time
      } finally {
        keep(Piece.STDOUT, ended.stdout());
        keep(Piece.STDERR, ended.stderr());
      }
      Optional<Probe> after =
          ended.ending() instanceof Ending.GuestDown ? Optional.empty() : Optional.of(watch.ask());
      Service service = ServiceWatch.summary(before, during, after, watch.overTime());
      keepPages(before, ServiceWatch.changed(before, during, after));
      FacetState files =
          observation.keepFiles(guest, evidence, sample.sha256(), ended, origin(Facet.FILES));
      collected = true;
      guest.collect(evidence);
      observation.close();
      recording = Optional.of(observation.recording(told(ended.recording(), files, used)));
      behavior = Optional.of(observation.summary(ended.observed(), wentOn(sample, ended)));
      matched = observation.matched();
      infection = observation.infection(recording.get());
      if (infection.isPresent()) {
        observation.keepCommands(evidence);
      }
      Verdict verdict = VerdictRule.afterRunning(sample.facts(), ended, unsupported);
      return assessment(verdict, Optional.of(service));
    }

    private Assessment assessment(Verdict verdict, Optional<Service> service) {
      return new Assessment(
          verdict,
          execution,
          service,
          unsupported,
          recording,
          behavior,
          matched,
          infection,
          libraries,
          waited);
    }

    private Origin origin(Facet facet) {
      return environment.observes().getOrDefault(facet, Origin.GUEST);
    }

    /** What a guest tells itself stands. */
    private static Recording told(Recording guests, FacetState files, FacetState used) {
      Recording told = guests.with(Facet.FILES, files);
      return guests.of(Facet.USAGE).equals(FacetState.OFF) ? told.with(Facet.USAGE, used) : told;
    }

    /** Whether a limit ended the sample, or its observation. */
    private boolean wentOn(Sample sample, Execution ended) {
      return ended.ending() instanceof Ending.Stopped
          || (ended.survivors() > 0
              && ended.observed().compareTo(orders.of(sample).observation()) >= 0);
    }

    /** The page that a visitor gets now, and the one that he got before. */
    private void keepPages(Probe before, Optional<Probe> changed) throws IOException {
      if (changed.isPresent()) {
        keep(Piece.PAGE_CHANGED, changed.get().page());
        keep(Piece.PAGE_BEFORE, before.page());
      }
    }

    private void keep(Piece piece, Output output) throws IOException {
      if (output.total() > 0) {
        evidence.write(piece, output.head());
      }
    }

    /** Ends what runs beside a sample. */
    private interface Watch {
      Object end() throws GuestException, InterruptedException;
    }

    private static void endAfter(Throwable failure, Watch watch) {
      try {
        watch.end();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure.addSuppressed(e);
      } catch (GuestException | RuntimeException e) {
        failure.addSuppressed(e);
      }
    }

    private void collectAfter(Exception failure, Guest guest) {
      if (collected) {
        return;
      }
      try {
        guest.collect(evidence);
      } catch (GuestException | RuntimeException e) {
        failure.addSuppressed(e); // what failed first is what matters
      }
    }

    /** Keeps what was seen until then, and where in the tool it failed. */
    Assessment failed(Exception failure) {
      FailureEvidence.of(failure).writeTo(evidence);
      return assessment(
          Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, reason(failure))),
          Optional.empty());
    }

    private String reason(Exception failure) {
      if (failure instanceof GuestException) {
        Throwable cause = failure.getCause();
        return cause == null || cause instanceof Fault // which says the same
            ? String.valueOf(failure.getMessage())
            : failure.getMessage() + " (" + cause + ")";
      }
      return failure instanceof IOException
          ? "the evidence cannot be written to %s: %s"
              .formatted(evidence.folder(), Reason.of(failure))
          : failure.toString();
    }
  }
}

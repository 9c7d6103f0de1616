package org.malassay.experiment;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.run.Service;
import org.malassay.sample.Sample;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;
import org.malassay.verdict.VerdictRule;

/** Takes one sample through one fresh guest. Safe for use by several threads. */
final class Assessor {
  private final Environment environment;
  private final ExecutorService watchers;
  private final List<String> arguments;

  /**
   * @param watchers runs a {@link ServiceWatch} for each guest that runs side by side
   * @param arguments given to every sample
   */
  Assessor(Environment environment, ExecutorService watchers, List<String> arguments) {
    this.environment = environment;
    this.watchers = watchers;
    this.arguments = arguments;
  }

  /** Never throws for what a sample, a guest or an environment does: that is a verdict. */
  Assessment assess(Sample sample, Evidence evidence) throws InterruptedException {
    Optional<Verdict> early =
        VerdictRule.beforeRunning(sample.facts(), environment.architectures());
    if (early.isPresent()) {
      return new Assessment(early.get(), Optional.empty(), Optional.empty());
    }
    Attempt attempt = new Attempt(evidence);
    try (Guest guest = environment.start()) {
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
    private boolean collected;

    Attempt(Evidence evidence) {
      this.evidence = evidence;
    }

    Assessment take(Sample sample, Guest guest)
        throws GuestException, IOException, InterruptedException {
      try {
        return run(sample, guest);
      } catch (GuestException | IOException | RuntimeException e) {
        collectAfter(e, guest);
        throw e;
      }
    }

    private Assessment run(Sample sample, Guest guest)
        throws GuestException, IOException, InterruptedException {
      guest.deliver(sample);
      Probe before = guest.probe();
      ServiceWatch watch = new ServiceWatch(guest, watchers);
      Execution ended;
      try {
        ended = guest.run(arguments);
      } catch (Throwable e) { // whatever it is, nobody probes a guest that is closed
        endAfter(e, watch);
        throw e;
      }
      execution = Optional.of(ended);
      List<Probe> during;
      try {
        during = watch.end(); // at once: later answers are none of the sample's time
      } finally {
        keep("stdout", ended.stdout());
        keep("stderr", ended.stderr());
      }
      Optional<Probe> after =
          ended.ending() instanceof Ending.GuestDown
              ? Optional.empty()
              : Optional.of(guest.probe());
      Service service = ServiceWatch.summary(before, during, after);
      keepPages(before, ServiceWatch.changed(before, during, after));
      collected = true;
      guest.collect(evidence);
      Verdict verdict = VerdictRule.afterRunning(sample.facts(), ended);
      return new Assessment(verdict, execution, Optional.of(service));
    }

    /** The page that a visitor gets now, and the one that he got before. */
    private void keepPages(Probe before, Optional<Probe> changed) throws IOException {
      if (changed.isPresent()) {
        keep("page-changed", changed.get().page());
        keep("page-before", before.page());
      }
    }

    private void keep(String name, Output output) throws IOException {
      if (output.total() > 0) {
        evidence.write(name, output.head());
      }
    }

    private static void endAfter(Throwable failure, ServiceWatch watch)
        throws InterruptedException {
      try {
        watch.end();
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
      return new Assessment(
          Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, reason(failure))),
          execution,
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

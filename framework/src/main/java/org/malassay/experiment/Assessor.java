package org.malassay.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
    try (Guest guest = environment.start()) {
      guest.deliver(sample);
      Probe before = guest.probe();
      ServiceWatch watch = new ServiceWatch(guest, watchers);
      Execution execution;
      List<Probe> during;
      try {
        execution = guest.run(arguments);
      } finally {
        during = watch.end();
      }
      Optional<Probe> after =
          execution.ending() instanceof Ending.GuestDown
              ? Optional.empty()
              : Optional.of(guest.probe());
      Service service = ServiceWatch.summary(before, during, after);
      keep(execution, evidence);
      keepPages(before, ServiceWatch.changed(before, during, after), evidence);
      guest.collect(evidence);
      Verdict verdict = VerdictRule.afterRunning(sample.facts(), execution);
      return new Assessment(verdict, Optional.of(execution), Optional.of(service));
    } catch (GuestException e) {
      return inconclusive(describe(e, evidence));
    } catch (IOException e) {
      return inconclusive(
          "the evidence cannot be written to %s: %s".formatted(evidence.folder(), e));
    } catch (RuntimeException e) {
      // A defect of an environment must not end a run of thousands; it is the tool that failed.
      return inconclusive(e.toString());
    }
  }

  private static void keep(Execution execution, Evidence evidence) throws IOException {
    keep("stdout", execution.stdout(), evidence);
    keep("stderr", execution.stderr(), evidence);
  }

  /** The page that a visitor gets now, and the one that he got before. */
  private static void keepPages(Probe before, Optional<Probe> changed, Evidence evidence)
      throws IOException {
    if (changed.isPresent()) {
      keep("page-changed", changed.get().page(), evidence);
      keep("page-before", before.page(), evidence);
    }
  }

  private static void keep(String name, Output output, Evidence evidence) throws IOException {
    if (output.total() > 0) {
      evidence.write(name, output.head());
    }
  }

  private static Assessment inconclusive(String reason) {
    return new Assessment(
        Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, reason)),
        Optional.empty(),
        Optional.empty());
  }

  private static String describe(GuestException failure, Evidence evidence) {
    Throwable cause = failure.getCause();
    if (cause instanceof Fault) { // says the same, and where: for whoever wrote the environment
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace));
      try {
        evidence.write("fault.txt", trace.toString().getBytes(UTF_8));
      } catch (IOException e) {
        // What failed first is what matters.
      }
      return String.valueOf(failure.getMessage());
    }
    return failure.getMessage() + (cause == null ? "" : " (" + cause + ")");
  }
}

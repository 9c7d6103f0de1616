package org.malassay.experiment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Output;
import org.malassay.label.Label;
import org.malassay.label.ThreatScore;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.Service;
import org.malassay.run.ServiceLoss;
import org.malassay.run.UnsupportedCalls;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;
import org.malassay.score.Impact;
import org.malassay.score.ImpactScore;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Signals;

/** Makes the row of what was measured, which has no label yet. */
final class Rows {
  private static final Label NOT_LOOKED_UP = Label.missing("not looked up yet");

  private Rows() {}

  /**
   * @param evidence of this attempt
   * @param repetition which measurement of the sample it is
   * @param wall the time spent on the sample, its own and the wait for a turn to start included
   * @param rules the digest of those that the sample was matched against
   */
  static Result measured(
      RunDirectory run,
      String environment,
      Sample sample,
      int repetition,
      Assessment assessment,
      Evidence evidence,
      Duration wall,
      String rules) {
    Optional<Execution> execution = assessment.execution();
    Optional<Ending> ending = execution.map(Execution::ending);
    Duration own = execution.map(Execution::observed).orElse(Duration.ZERO);
    return new Result(
        run.header().id(),
        environment,
        sample.path(),
        sample.sha256(),
        sample.md5(),
        sample.size(),
        sample.facts(),
        assessment.verdict(),
        ending.orElse(null) instanceof Ending.Exited exited
            ? OptionalInt.of(exited.status())
            : OptionalInt.empty(),
        ending.orElse(null) instanceof Ending.Signaled signaled
            ? Optional.of(Signals.name(signaled.signal()))
            : Optional.empty(),
        ending.filter(new Ending.Stopped(Ending.Limit.TIME)::equals).isPresent(),
        execution
            .filter(started -> !(started.ending() instanceof Ending.Refused))
            .map(started -> OptionalLong.of(started.duration().toMillis()))
            .orElse(OptionalLong.empty()),
        execution
            .flatMap(Execution::cpu)
            .map(cpu -> OptionalLong.of(cpu.toMillis()))
            .orElse(OptionalLong.empty()),
        Math.max(0, wall.minus(own).minus(assessment.waited()).toMillis()),
        assessment.service(),
        NOT_LOOKED_UP,
        ThreatScore.of(assessment.verdict(), NOT_LOOKED_UP),
        execution.map(done -> done.stdout().total()).orElse(0L),
        execution.map(done -> done.stderr().total()).orElse(0L),
        execution.map(Execution::survivors).orElse(0),
        List.of(),
        execution.map(Rows::note).orElse(""),
        run.path().relativize(evidence.folder()).toString(),
        Instant.now(),
        assessment.unsupported().stream().map(UnsupportedCalls::of).toList(),
        false,
        assessment.recording(),
        run.header().sessions().size(),
        assessment.behavior(),
        Optional.of(impact(assessment, rules)),
        assessment.libraries(),
        repetition,
        assessment.infection());
  }

  private static Impact impact(Assessment assessment, String rules) {
    boolean down =
        assessment
            .execution()
            .filter(execution -> execution.ending() instanceof Ending.GuestDown)
            .isPresent();
    return ImpactScore.of(
        assessment.verdict(),
        assessment.recording(),
        assessment.matched(),
        ServiceLoss.of(assessment.service(), down),
        assessment.service().filter(Service::before).isPresent(),
        rules);
  }

  private static String note(Execution execution) {
    List<String> notes = new ArrayList<>();
    if (execution.ending() instanceof Ending.Stopped stopped
        && stopped.limit() == Ending.Limit.DISK) {
      notes.add("stopped at the disk limit");
    }
    if (execution.ending() instanceof Ending.GuestDown down) {
      notes.add("took the guest down: " + SafeText.oneLine(down.how(), Cause.MOST));
    }
    if (execution.refusedForks() > 0) {
      notes.add(
          "met the limit on processes and threads: %d refused".formatted(execution.refusedForks()));
    }
    execution.notes().forEach(note -> notes.add(SafeText.oneLine(note, Cause.MOST)));
    cut("stdout", execution.stdout()).ifPresent(notes::add);
    cut("stderr", execution.stderr()).ifPresent(notes::add);
    return String.join("; ", notes);
  }

  private static Optional<String> cut(String stream, Output output) {
    return output.cut()
        ? Optional.of(
            "%s cut: %d of %d bytes kept".formatted(stream, output.head().length, output.total()))
        : Optional.empty();
  }
}

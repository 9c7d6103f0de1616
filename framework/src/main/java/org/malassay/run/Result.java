package org.malassay.run;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.malassay.behavior.BehaviorSummary;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Recording;
import org.malassay.environment.Libraries;
import org.malassay.infection.Infection;
import org.malassay.label.Label;
import org.malassay.label.ThreatScore;
import org.malassay.sample.FileFacts;
import org.malassay.score.Impact;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;
import org.malassay.verdict.Verdict.Outcome;

/**
 * One row: what one sample did in one environment. Everything that a report shows is in here or in
 * the evidence folder.
 *
 * @param run the id of the run
 * @param environment the name of the environment
 * @param sample the path within the corpus: hostile text
 * @param sha256 of the sample
 * @param md5 of the sample
 * @param size of the sample in bytes
 * @param facts what kind of file the sample is
 * @param verdict whether it runs, and why not
 * @param exitCode the exit status, when it exited by itself
 * @param signal the signal that ended it, such as {@code SIGSEGV}
 * @param timedOut true when it was still running at the time limit
 * @param durationMs how long the sample ran; empty when it was not started
 * @param cpuMs the processor time it got, where measured
 * @param overheadMs the wall time spent on it beyond its own duration, without the wait of its
 *     guest for a turn to start
 * @param service what the probes of the web service showed; empty when the sample was not started
 * @param label what antivirus engines call it
 * @param threatScore 0 when not executable, the label's score when executable; empty when there is
 *     no label to score, or the verdict is inconclusive
 * @param stdoutBytes how much the sample wrote to its standard output, kept or not
 * @param stderrBytes the same for its standard error
 * @param survivors how many of its processes outlived its first one
 * @param violations the expectations that this result breaks, one message each; empty when none
 * @param note what a reader should know besides, such as a limit that stopped it; may be empty
 * @param evidence the folder of evidence, relative to the run directory
 * @param finished when the row was made
 * @param unsupportedCalls the system calls that the environment lacks, in the order in which the
 *     sample first made them: hostile text
 * @param tolerated true when the verdict is inconclusive, and an expectation says that it may be
 * @param recording what of the sample was recorded, facet by facet; empty when the sample was not
 *     started, and in a row of an earlier version
 * @param session which start of the run measured it, 1 for the first one: the place among {@link
 *     RunHeader#sessions}; 0 in a row of an earlier version
 * @param behavior what was seen of it, in numbers; empty when the sample was not started, and in a
 *     row of an earlier version
 * @param impact what it amounted to, by the rules; empty in a row of an earlier version
 * @param libraries what its guest was given so that it can be loaded; empty when guests were given
 *     nothing, and in a row of an earlier version
 * @param repetition which measurement of the sample in the environment it is; 1 for the first one,
 *     as all are in a row of an earlier version
 * @param infection how far a login session came; empty where the sample is none, where its calls
 *     were not recorded, and in a row of an earlier version
 */
public record Result(
    String run,
    String environment,
    String sample,
    String sha256,
    String md5,
    long size,
    FileFacts facts,
    Verdict verdict,
    OptionalInt exitCode,
    Optional<String> signal,
    boolean timedOut,
    OptionalLong durationMs,
    OptionalLong cpuMs,
    long overheadMs,
    Optional<Service> service,
    Label label,
    OptionalDouble threatScore,
    long stdoutBytes,
    long stderrBytes,
    int survivors,
    List<String> violations,
    String note,
    String evidence,
    Instant finished,
    @JsonAlias("refusedCalls") List<UnsupportedCalls> unsupportedCalls,
    boolean tolerated,
    Optional<Recording> recording,
    int session,
    Optional<BehaviorSummary> behavior,
    Optional<Impact> impact,
    Optional<Libraries> libraries,
    int repetition,
    Optional<Infection> infection) {

  public Result {
    repetition = Math.max(1, repetition); // which an earlier version did not write
    violations = List.copyOf(violations);
    unsupportedCalls = List.copyOf(unsupportedCalls);
  }

  /** The last component of the sample's path: hostile text. */
  public String sampleName() {
    return sample.substring(sample.lastIndexOf('/') + 1);
  }

  /**
   * The unsupported calls in one line, such as {@code fork:ENOSYS:3 execve:ENOSYS:1}: hostile text.
   */
  public String unsupportedCallsInOneLine() {
    return unsupportedCalls.stream()
        .map(UnsupportedCalls::toString)
        .collect(Collectors.joining(" "));
  }

  /** What was seen of it, in numbers, where this facet was recorded. */
  public Optional<BehaviorSummary> behavior(Facet facet) {
    return behavior.filter(seen -> recording.filter(it -> it.tells(facet)).isPresent());
  }

  /** The impact score; empty when it was not observed, and in a row of an earlier version. */
  public OptionalDouble impactScore() {
    return impact.map(Impact::score).orElse(OptionalDouble.empty());
  }

  /**
   * Whether it still did something new when it was stopped, in words; empty where its calls were
   * not recorded.
   */
  public Optional<String> saturation() {
    return behavior(Facet.CALLS).flatMap(BehaviorSummary::saturation);
  }

  /** True when its test errs: the verdict is inconclusive, which no expectation tolerates. */
  public boolean erred() {
    return verdict.outcome() == Outcome.INCONCLUSIVE && !tolerated;
  }

  /** The same result with this label, and the threat score that follows from it. */
  public Result withLabel(Label found) {
    return with(
        place(), verdict, found, ThreatScore.of(verdict, found), violations, tolerated, impact);
  }

  /**
   * The same result by the expectations of today.
   *
   * @param broken those that it breaks, one message each
   * @param mayBeInconclusive whether one of them says so
   */
  public Result judged(List<String> broken, boolean mayBeInconclusive) {
    boolean isInconclusive = verdict.outcome() == Outcome.INCONCLUSIVE;
    return with(
        place(), verdict, label, threatScore, broken, isInconclusive && mayBeInconclusive, impact);
  }

  /** The same result by other rules. */
  public Result withImpact(Impact scored) {
    return with(place(), verdict, label, threatScore, violations, tolerated, Optional.of(scored));
  }

  /** The same result as a row of a run that several were merged into. */
  Result in(String merged, int itsSession) {
    return with(
        new Place(merged, itsSession, environment, evidence),
        verdict,
        label,
        threatScore,
        violations,
        tolerated,
        impact);
  }

  /** The same result of an environment by another name. */
  Result as(String name, String itsEvidence) {
    return with(
        new Place(run, session, name, itsEvidence),
        verdict,
        label,
        threatScore,
        violations,
        tolerated,
        impact);
  }

  /** The same result with these broken expectations. */
  Result withViolations(List<String> broken) {
    return with(place(), verdict, label, threatScore, broken, tolerated, impact);
  }

  /** The same result where repetitions do not agree whether the sample runs: it has no score. */
  Result undecided(Cause cause) {
    Verdict open = Verdict.inconclusive(cause);
    return with(
        place(),
        open,
        label,
        ThreatScore.of(open, label),
        violations,
        tolerated,
        impact.map(
            it ->
                new Impact(
                    Impact.Status.NOT_OBSERVED,
                    cause.toString(),
                    it.givenUp(),
                    Map.of(),
                    it.hits(),
                    it.measured(),
                    it.rules())));
  }

  /** Where a result stands. */
  private record Place(String run, int session, String environment, String evidence) {}

  private Place place() {
    return new Place(run, session, environment, evidence);
  }

  /** The same result elsewhere or with other conclusions; what was measured stays as it is. */
  private Result with(
      Place place,
      Verdict verdict,
      Label label,
      OptionalDouble threatScore,
      List<String> violations,
      boolean tolerated,
      Optional<Impact> impact) {
    return new Result(
        place.run(),
        place.environment(),
        sample,
        sha256,
        md5,
        size,
        facts,
        verdict,
        exitCode,
        signal,
        timedOut,
        durationMs,
        cpuMs,
        overheadMs,
        service,
        label,
        threatScore,
        stdoutBytes,
        stderrBytes,
        survivors,
        violations,
        note,
        place.evidence(),
        finished,
        unsupportedCalls,
        tolerated,
        recording,
        place.session(),
        behavior,
        impact,
        libraries,
        repetition,
        infection);
  }
}

package org.malassay.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.malassay.behavior.EventLog;
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.Service;
import org.malassay.run.ServiceLoss;
import org.malassay.score.Impact;
import org.malassay.score.ImpactScore;
import org.malassay.score.Measured;
import org.malassay.score.RuleBook;
import org.malassay.score.RuleMatcher;

/** Scores the samples of a run anew, by other rules than those that it had, from its events. */
public final class Rescoring {
  private final RunDirectory run;
  private final RuleBook rules;
  private int scored;
  private int left;

  private Rescoring(RunDirectory run, RuleBook rules) {
    this.run = run;
    this.rules = rules;
  }

  /**
   * Appends a row to the journal for each sample whose score is by other rules, or that has none.
   *
   * @return in words how many there were; empty when there was none
   * @throws IOException if the journal cannot be written, or a log of events not be read
   */
  public static Optional<String> of(RunDirectory run, RuleBook rules) throws IOException {
    Rescoring rescoring = new Rescoring(run, rules);
    List<Result> others =
        run.journaled().results().stream().filter(rescoring::isByOtherRules).toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    try (Journal journal = run.journal()) {
      for (Result result : others) {
        rescoring.score(result, journal);
      }
    }
    return Optional.of(
        "%d rows scored by %s%s"
            .formatted(
                rescoring.scored,
                rules.inWords(),
                rescoring.left == 0
                    ? ""
                    : "; %d left as they were: their events are gone".formatted(rescoring.left)));
  }

  private boolean isByOtherRules(Result result) {
    return result.impact().filter(it -> it.rules().equals(rules.digest())).isEmpty();
  }

  private void score(Result result, Journal journal) throws IOException {
    RuleMatcher matcher = rules.matcher();
    Path log = run.evidence(result).folder().resolve(EventLog.FILE);
    if (Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
      EventLog.read(log, matcher);
    } else if (result.recording().isPresent()) {
      left++;
      return;
    }
    journal.append(
        result.withImpact(
            ImpactScore.of(
                result.verdict(),
                result.recording(),
                matcher.matched(),
                measured(result),
                result.service().filter(Service::before).isPresent(),
                rules.digest())));
    scored++;
  }

  /** As it was measured; in a row of an earlier version, what the probes tell. */
  private static List<Measured> measured(Result result) {
    return result
        .impact()
        .map(Impact::measured)
        .orElseGet(() -> ServiceLoss.of(result.service(), false));
  }
}

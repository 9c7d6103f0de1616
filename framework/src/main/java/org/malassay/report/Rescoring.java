package org.malassay.report;

import java.io.IOException;
import java.io.UncheckedIOException;
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
  /** Rows that are scored side by side, and journaled together. */
  private static final int AT_ONCE = 64;

  private final RunDirectory run;
  private final RuleBook rules;

  private Rescoring(RunDirectory run, RuleBook rules) {
    this.run = run;
    this.rules = rules;
  }

  /**
   * Appends a row to the journal for each sample whose score is by other rules, or that has none.
   *
   * @param results what the journal holds
   * @return in words how many there were; empty when there was none, and the journal is as it was
   * @throws IOException if the journal cannot be written, or a log of events not be read
   */
  public static Optional<String> of(RunDirectory run, List<Result> results, RuleBook rules)
      throws IOException {
    Rescoring rescoring = new Rescoring(run, rules);
    List<Result> others = results.stream().filter(rescoring::isByOtherRules).toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    int scored = 0;
    try (Journal journal = run.journal()) {
      for (int from = 0; from < others.size(); from += AT_ONCE) {
        List<Result> some = others.subList(from, Math.min(from + AT_ONCE, others.size()));
        List<Result> anew =
            some.parallelStream().map(rescoring::scored).flatMap(Optional::stream).toList();
        journal.append(anew);
        scored += anew.size();
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    int left = others.size() - scored;
    return Optional.of(
        "%d rows scored by %s%s"
            .formatted(
                scored,
                rules.inWords(),
                left == 0 ? "" : "; %d left as they were: their events are gone".formatted(left)));
  }

  private boolean isByOtherRules(Result result) {
    return result.impact().filter(it -> it.rules().equals(rules.digest())).isEmpty();
  }

  /** The row by these rules; empty where its events are gone. */
  private Optional<Result> scored(Result result) {
    RuleMatcher matcher = rules.matcher();
    try {
      Path log = run.evidence(result).folder().resolve(EventLog.FILE);
      if (Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
        EventLog.read(log, matcher);
      } else if (result.recording().isPresent()) {
        return Optional.empty();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(
        result.withImpact(
            ImpactScore.of(
                result.verdict(),
                result.recording(),
                matcher.matched(),
                measured(result),
                result.service().filter(Service::before).isPresent(),
                rules.digest())));
  }

  /** As it was measured; in a row of an earlier version, what the probes tell. */
  private static List<Measured> measured(Result result) {
    return result
        .impact()
        .map(Impact::measured)
        .orElseGet(() -> ServiceLoss.of(result.service(), false));
  }
}

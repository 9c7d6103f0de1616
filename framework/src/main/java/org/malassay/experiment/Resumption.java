package org.malassay.experiment;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.malassay.infection.Infection;
import org.malassay.options.OptionException;
import org.malassay.run.CorpusDigest;
import org.malassay.run.Difference;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;
import org.malassay.score.Impact;
import org.malassay.verdict.Verdict.Outcome;

/**
 * The continuation of a run: whether what was measured there can stand beside what will be.
 *
 * @param then what the run says of itself
 * @param now the start that continues it
 * @param ofReports the names of options that change no result, besides those that every run has
 */
record Resumption(RunHeader then, Session now, Set<String> ofReports) {
  /**
   * @throws OptionException if it cannot; the message names what differs
   */
  void refuseDifference() {
    if (then.merged().isPresent()) {
      throw new OptionException(
          "run %s cannot be continued: it was merged of others; continue those, and merge them again"
              .formatted(then.id()));
    }
    Set<String> mayDiffer = new HashSet<>(Difference.CHANGE_NOTHING);
    mayDiffer.addAll(ofReports);
    mayDiffer.add(RunOptions.ENV.name());
    mayDiffer.add(RunOptions.SAMPLE.name());
    mayDiffer.add(RunOptions.REPEAT.name());
    refuseFewerRepetitions();
    Difference.between(then, now, mayDiffer).stream()
        .findFirst()
        .ifPresent(
            it -> {
              throw new OptionException(
                  ("run %s cannot be continued: %s%s was %s and is now %s; "
                          + "use the same, or start a new run without -Dresume")
                      .formatted(then.id(), it.of(), it.name(), it.was(), it.is()));
            });
  }

  /**
   * Rows that were told by other rules would stand beside those to come. What is inconclusive is
   * measured again.
   *
   * @param rows of the run
   * @param scores the digest of the rules by which samples are scored now
   * @param stages the same of those by which stages of login sessions are found
   * @throws OptionException if there is one
   */
  void refuseOtherRules(List<Result> rows, String scores, String stages) {
    refuseOther(
        rows,
        row -> row.impact().map(Impact::rules),
        scores,
        "rows are scored by other rules (%s, now %s); score them anew by -Dremake=RUN, which leaves"
            + " those whose events are gone, or start a new run without -Dresume");
    refuseOther(
        rows,
        row -> row.infection().map(Infection::rules),
        stages,
        "stages of its login sessions were found by other rules (%s, now %s); continue it with the"
            + " version that began it, or start a new run without -Dresume");
  }

  private void refuseOther(
      List<Result> rows, Function<Result, Optional<String>> digest, String now, String why) {
    rows.stream()
        .filter(row -> row.verdict().outcome() != Outcome.INCONCLUSIVE)
        .flatMap(row -> digest.apply(row).stream())
        .filter(before -> !before.isEmpty() && !before.equals(now))
        .findFirst()
        .ifPresent(
            before -> {
              throw new OptionException(
                  "run %s cannot be continued: %s"
                      .formatted(then.id(), why.formatted(before, now)));
            });
  }

  /** Rows of more than are asked for would count in reports, and not at the end of the run. */
  private void refuseFewerRepetitions() {
    int before = then.sessions().stream().mapToInt(Session::repeat).max().orElse(1);
    if (now.repeat() < before) {
      throw new OptionException(
          ("run %s cannot be continued: -Drepeat was %d and is now %d; say -Drepeat=%d, or more, or"
                  + " start a new run without -Dresume")
              .formatted(then.id(), before, now.repeat(), before));
    }
  }

  /** What a reader should know: the corpus, which identifies no result, may be another one. */
  Optional<String> warning() {
    Optional<CorpusDigest> before = then.last().corpus();
    return before.isEmpty() || before.equals(now.corpus())
        ? Optional.empty()
        : Optional.of(
            "the corpus has changed since run %s was started: it had %d files, and has %d; the run has rows of both"
                .formatted(
                    then.id(),
                    before.get().files(),
                    now.corpus().map(CorpusDigest::files).orElse(0)));
  }
}

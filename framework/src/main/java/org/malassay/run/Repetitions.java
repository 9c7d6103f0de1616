package org.malassay.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.malassay.infection.Infection;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * The measurements of the same sample in the same environment, and the one answer that they give:
 * whatever counts samples counts answers, so that no sample counts twice.
 *
 * <p>The answer is one of the measurements, with its own evidence. Repetitions in which the tool
 * failed have no vote. Whether the sample runs is decided by more than half of the others; where
 * they are equally many, it is INCONCLUSIVE. Of the repetitions with that verdict, and the cause
 * that most of them have (of equally frequent ones the one that came first), the answer is that
 * with the median impact score, of an even number the lower of the two in the middle; one without
 * an impact score is below all others.
 */
public final class Repetitions {
  private static final Comparator<Result> BY_IMPACT =
      Comparator.comparingDouble((Result row) -> row.impactScore().orElse(-1))
          .thenComparing(Result::repetition);

  private Repetitions() {}

  /** What follows the name of a sample: nothing for the first repetition. */
  public static String words(int repetition) {
    return repetition == 1 ? "" : ", repetition " + repetition;
  }

  /** Whether anything was measured more than once. */
  public static boolean among(List<Result> rows) {
    return rows.stream().anyMatch(row -> row.repetition() > 1);
  }

  /** The repetitions of each sample and environment, in their order. */
  public static Collection<List<Result>> grouped(List<Result> rows) {
    Map<ResultKey, List<Result>> grouped = new LinkedHashMap<>();
    for (Result row : rows) {
      grouped.computeIfAbsent(ResultKey.ofAnswer(row), key -> new ArrayList<>()).add(row);
    }
    grouped.values().forEach(its -> its.sort(Comparator.comparing(Result::repetition)));
    return grouped.values();
  }

  /** Whether the sample ran in some of its repetitions and not in others. */
  public static boolean verdictChanged(List<Result> repetitions) {
    return !of(Outcome.EXECUTABLE, repetitions).isEmpty()
        && !of(Outcome.NOT_EXECUTABLE, repetitions).isEmpty();
  }

  /** Whether a login session reached other stages in some of its repetitions than in others. */
  public static boolean stagesChanged(List<Result> repetitions) {
    return of(Outcome.EXECUTABLE, repetitions).stream()
            .flatMap(row -> row.infection().stream())
            .map(Infection::reached)
            .distinct()
            .count()
        > 1;
  }

  /** One row a sample and environment, in the order of their first rows. */
  public static List<Result> answers(List<Result> rows) {
    return among(rows) ? grouped(rows).stream().map(Repetitions::answer).toList() : rows;
  }

  private static Result answer(List<Result> repetitions) {
    Result answer =
        decided(repetitions)
            .map(outcome -> median(of(outcome, repetitions)))
            .orElseGet(() -> undecided(repetitions));
    return answer.withViolations(
        repetitions.stream().flatMap(row -> row.violations().stream()).distinct().toList());
  }

  /** Empty where nobody can tell. */
  private static Optional<Outcome> decided(List<Result> repetitions) {
    int more =
        of(Outcome.EXECUTABLE, repetitions).size() - of(Outcome.NOT_EXECUTABLE, repetitions).size();
    return more == 0
        ? Optional.empty()
        : Optional.of(more > 0 ? Outcome.EXECUTABLE : Outcome.NOT_EXECUTABLE);
  }

  private static List<Result> of(Outcome outcome, List<Result> repetitions) {
    return repetitions.stream().filter(row -> row.verdict().outcome() == outcome).toList();
  }

  private static Result undecided(List<Result> repetitions) {
    int runs = of(Outcome.EXECUTABLE, repetitions).size();
    Result first = repetitions.get(0);
    return runs == 0 // nor does any not run: the tool failed in all of them
        ? first
        : first.undecided(
            new Cause(
                Cause.Type.REPETITIONS_DISAGREE,
                "it runs in %d of %d".formatted(runs, repetitions.size())));
  }

  private static Result median(List<Result> agreeing) {
    Map<Optional<Cause>, Long> causes =
        agreeing.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.verdict().cause(), LinkedHashMap::new, Collectors.counting()));
    long most = causes.values().stream().mapToLong(Long::longValue).max().orElse(0);
    Optional<Cause> cause =
        causes.entrySet().stream()
            .filter(it -> it.getValue() == most)
            .findFirst()
            .flatMap(Map.Entry::getKey);
    List<Result> alike =
        agreeing.stream()
            .filter(row -> row.verdict().cause().equals(cause))
            .sorted(BY_IMPACT)
            .toList();
    return alike.get((alike.size() - 1) / 2);
  }
}

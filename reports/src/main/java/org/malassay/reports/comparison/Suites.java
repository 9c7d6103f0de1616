package org.malassay.reports.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.malassay.reports.comparison.SuiteAnswer.Outcome;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

/**
 * What became of the bypasses and the tasks of administration in each environment: with defences as
 * variants of an environment, what is open in each of them, and what each breaks.
 *
 * @param environments their names, sorted
 * @param bypasses by the bypass' name in the suite's order, by environment
 * @param tasks the same
 * @param ways the same of tasks that are done by a way out made for them
 * @param broken the false positive rate of each environment where tasks were told of
 * @param pairs each two of these environments by the tasks that are broken
 */
public record Suites(
    List<String> environments,
    Map<String, Map<String, SuiteAnswer>> bypasses,
    Map<String, Map<String, SuiteAnswer>> tasks,
    Map<String, Map<String, SuiteAnswer>> ways,
    List<Broken> broken,
    List<Paired> pairs) {

  /**
   * How many tasks are broken in an environment, of those that were told of.
   *
   * @param notTold tasks that were typed and of which nothing was told: they may be broken, too
   * @param interval of the share, 95 %
   */
  public record Broken(
      String environment, int breaks, int warns, int of, int notTold, Interval interval) {}

  public Suites {
    environments = List.copyOf(environments);
    broken = List.copyOf(broken);
    pairs = List.copyOf(pairs);
  }

  /**
   * Those of these rows; empty where no session of the suites was run.
   *
   * @throws IOException if the evidence cannot be read
   */
  public static Optional<Suites> of(RunDirectory run, List<Result> answers) throws IOException {
    Map<SuiteSession, Map<String, SuiteAnswer>> told = new LinkedHashMap<>();
    SuiteSession.all().values().forEach(session -> told.put(session, new TreeMap<>()));
    Set<String> environments = new TreeSet<>();
    for (Result row : answers) {
      Optional<SuiteSession> session = SuiteSession.of(row);
      if (session.isPresent()) {
        environments.add(row.environment());
        told.computeIfAbsent(session.get(), it -> new TreeMap<>())
            .put(row.environment(), session.get().answer(run, row));
      }
    }
    if (environments.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Map<String, SuiteAnswer>> tasks = of(SuiteSession.Kind.TASK, told);
    List<Broken> broken = broken(environments, tasks);
    return Optional.of(
        new Suites(
            List.copyOf(environments),
            of(SuiteSession.Kind.BYPASS, told),
            tasks,
            of(SuiteSession.Kind.WAY_OUT, told),
            broken,
            pairs(broken.stream().map(Broken::environment).toList(), tasks.values())));
  }

  private static Map<String, Map<String, SuiteAnswer>> of(
      SuiteSession.Kind kind, Map<SuiteSession, Map<String, SuiteAnswer>> told) {
    Map<String, Map<String, SuiteAnswer>> some = new LinkedHashMap<>();
    told.forEach(
        (session, its) -> {
          if (session.kind() == kind && !its.isEmpty()) {
            some.put(session.name(), its);
          }
        });
    return some;
  }

  private static List<Broken> broken(
      Set<String> environments, Map<String, Map<String, SuiteAnswer>> tasks) {
    List<Broken> rates = new ArrayList<>();
    for (String environment : environments) {
      int of = 0;
      int breaks = 0;
      int warns = 0;
      int notTold = 0;
      for (Map<String, SuiteAnswer> task : tasks.values()) {
        if (isTold(task, environment)) {
          of++;
          breaks += breaks(task, environment) ? 1 : 0;
          warns += outcome(task, environment) == Outcome.WARNS ? 1 : 0;
        } else {
          notTold += task.containsKey(environment) ? 1 : 0;
        }
      }
      if (of > 0) {
        rates.add(new Broken(environment, breaks, warns, of, notTold, Interval.wilson(breaks, of)));
      }
    }
    return rates;
  }

  private static List<Paired> pairs(
      List<String> names, Collection<Map<String, SuiteAnswer>> tasks) {
    return Paired.corrected(
        Paired.of(
            names,
            tasks,
            (task, environment) ->
                isTold(task, environment)
                    ? Optional.of(breaks(task, environment))
                    : Optional.empty()));
  }

  private static boolean isTold(Map<String, SuiteAnswer> task, String environment) {
    return outcome(task, environment) != Outcome.NOT_TOLD;
  }

  private static boolean breaks(Map<String, SuiteAnswer> task, String environment) {
    return outcome(task, environment) == Outcome.BREAKS;
  }

  private static Outcome outcome(Map<String, SuiteAnswer> told, String environment) {
    return told.getOrDefault(environment, SuiteAnswer.NOT_TOLD).outcome();
  }

  /** Of how many bypasses that were tried in an environment nothing was told. */
  public long untold(String environment) {
    return bypasses.values().stream()
        .filter(its -> its.containsKey(environment))
        .filter(its -> outcome(its, environment) == Outcome.NOT_TOLD)
        .count();
  }

  /** How many bypasses of an environment ended so. */
  public long count(String environment, Outcome outcome) {
    return bypasses.values().stream()
        .map(its -> outcome(its, environment))
        .filter(outcome::equals)
        .count();
  }
}

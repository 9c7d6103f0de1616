package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.malassay.infection.Infection;
import org.malassay.report.Baseline;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.writing.ReportOptions;
import org.malassay.run.Difference;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;
import org.malassay.score.Impact;

/**
 * Something that is not the same of two runs, and may be why their rows differ.
 *
 * @param of what kind of thing it is
 * @param environment whose fact it is; empty for the other kinds
 * @param name of the thing: hostile text, as the values are
 * @param before what it was in the baseline; empty where it was not
 * @param now what it is in the run; empty where it is not. Where starts of a run differ, all of
 *     their values
 */
public record Apart(Of of, String environment, String name, String before, String now) {

  /** The kinds, those that explain most first. */
  public enum Of {
    EXPERIMENT,
    CORPUS,
    RULES,
    STAGES,
    ENVIRONMENT,
    OPTION,
    VERSION
  }

  /** A thing by which runs are compared. */
  private record Thing(Of of, String environment, String name) {}

  /** Options that change no result, those of reports among them; how busy the host was may. */
  private static final Set<String> EXPLAIN_NOTHING = explainNothing();

  /** The digits of a digest that are shown. */
  private static final int DIGITS = 12;

  static List<Apart> of(Runs runs, Baseline baseline) {
    Map<Thing, Set<String>> was = things(baseline.run().header(), baseline.answers());
    Map<Thing, Set<String>> is = things(runs.run().header(), runs.answers());
    // An environment that only one of them has is told by its rows.
    Set<String> both = new TreeSet<>(baseline.run().header().environments().keySet());
    both.retainAll(runs.run().header().environments().keySet());
    Set<Thing> all = new LinkedHashSet<>(was.keySet());
    all.addAll(is.keySet());
    List<Apart> apart = new ArrayList<>();
    for (Thing thing : all) {
      Set<String> before = was.getOrDefault(thing, Set.of());
      Set<String> now = is.getOrDefault(thing, Set.of());
      if (!before.equals(now) && (thing.of != Of.ENVIRONMENT || both.contains(thing.environment))) {
        apart.add(new Apart(thing.of, thing.environment, thing.name, joined(before), joined(now)));
      }
    }
    apart.sort(
        (one, other) ->
            one.of != other.of
                ? one.of.compareTo(other.of)
                : (one.environment + "\t" + one.name)
                    .compareTo(other.environment + "\t" + other.name));
    return apart;
  }

  private static Map<Thing, Set<String>> things(RunHeader header, List<Result> rows) {
    Map<Thing, Set<String>> things =
        new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
    if (!header.experiment().isEmpty()) {
      add(things, Of.EXPERIMENT, "", "", header.experiment());
    }
    for (Session session : header.sessions()) {
      session
          .corpus()
          .ifPresent(
              it ->
                  add(
                      things,
                      Of.CORPUS,
                      "",
                      "",
                      "%d (%s)".formatted(it.files(), it.sha256().substring(0, DIGITS))));
      session.versions().forEach((name, value) -> add(things, Of.VERSION, "", name, value));
      session.options().forEach((name, value) -> add(things, Of.OPTION, "", name, value));
      session
          .environments()
          .forEach(
              (environment, facts) ->
                  facts.forEach(
                      (name, value) -> add(things, Of.ENVIRONMENT, environment, name, value)));
    }
    digests(things, Of.RULES, rows, row -> row.impact().map(Impact::rules));
    digests(things, Of.STAGES, rows, row -> row.infection().map(Infection::rules));
    EXPLAIN_NOTHING.forEach(name -> things.remove(new Thing(Of.OPTION, "", name)));
    return things;
  }

  private static void digests(
      Map<Thing, Set<String>> things,
      Of of,
      List<Result> rows,
      Function<Result, Optional<String>> digest) {
    rows.stream()
        .flatMap(row -> digest.apply(row).stream())
        .filter(its -> !its.isEmpty())
        .sorted()
        .forEach(its -> add(things, of, "", "", its));
  }

  private static Set<String> explainNothing() {
    Set<String> names = new HashSet<>(Difference.CHANGE_NOTHING);
    names.remove("guests");
    ServiceLoader.load(Report.class)
        .forEach(report -> report.options().forEach(option -> names.add(option.name())));
    new ReportOptions().options().forEach(option -> names.add(option.name()));
    return names;
  }

  private static void add(
      Map<Thing, Set<String>> things, Of of, String environment, String name, String value) {
    things
        .computeIfAbsent(new Thing(of, environment, name), thing -> new LinkedHashSet<>())
        .add(value);
  }

  private static String joined(Set<String> values) {
    return String.join(" / ", values);
  }
}

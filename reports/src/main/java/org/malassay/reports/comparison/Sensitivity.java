package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.malassay.label.ThreatTable;
import org.malassay.reports.comparison.Alternative.Choice;
import org.malassay.run.Result;
import org.malassay.score.Dimension;
import org.malassay.score.Hit;
import org.malassay.score.Impact;
import org.malassay.score.ImpactScore;
import org.malassay.score.Level;
import org.malassay.verdict.Verdict.Outcome;

/**
 * How the order of samples, and of environments, depends on what was chosen: on tables, weights and
 * rules. Each is chosen otherwise by itself, and all else stays; nothing is run again, since the
 * journal has the hits.
 *
 * @param alternatives of threat scores, then of impact scores; none where nothing has a score
 * @param confidenceKnown false where a row of an earlier version does not say how sure its rules
 *     are: what needs that is then no alternative
 */
public record Sensitivity(List<Alternative> alternatives, boolean confidenceKnown) {
  private static final double HALF = 0.5;

  /** Less is what rounding leaves of equal means. */
  static final double TINY = 1e-9;

  public Sensitivity {
    alternatives = List.copyOf(alternatives);
  }

  /**
   * Rows that are alike in all that counts, which are scored once.
   *
   * @param row the first of them
   * @param count how many there are
   * @param impact their impact score
   */
  private record Alike(Result row, int count, OptionalDouble impact) {}

  /** The score of rows that are alike as it is, and by an alternative. */
  private record Scored(Result row, int count, double now, double then) {}

  private record Rule(String id, String title) {}

  /** What depends on which choice in these rows. */
  public static Sensitivity of(List<Result> rows) {
    Map<String, List<Alike>> environments = new TreeMap<>();
    Comparison.byEnvironment(rows)
        .forEach((environment, its) -> environments.put(environment, alike(its)));
    List<Alternative> all = new ArrayList<>();
    for (String name : ThreatTable.SHIPPED) {
      ThreatTable table = ThreatTable.of(name);
      if (rows.stream().anyMatch(row -> differs(row, table))) {
        all.add(
            alternative(
                Choice.TABLE,
                name,
                environments,
                it -> it.row.threatScore(),
                it -> by(table, it.row)));
      }
    }
    List<Hit> hits =
        environments.values().stream()
            .flatMap(List::stream)
            .flatMap(alike -> alike.row.impact().stream())
            .flatMap(impact -> impact.hits().stream())
            .filter(hit -> hit.part() > 0)
            .toList();
    boolean known = hits.stream().allMatch(hit -> hit.confidence().orElse(0) > 0);
    if (!hits.isEmpty()) {
      parts(known)
          .forEach((choice, part) -> all.add(impact(choice, "", environments, greatest(part))));
      all.add(impact(Choice.MEAN, "", environments, Sensitivity::mean));
      for (Dimension dimension : Dimension.values()) {
        all.add(
            impact(
                Choice.WITHOUT_DIMENSION,
                dimension.word(),
                environments,
                impact -> without(dimension, impact)));
      }
      all.addAll(jackknife(hits, environments));
    }
    return new Sensitivity(all, known);
  }

  private static List<Alike> alike(List<Result> rows) {
    Map<List<Object>, Alike> alike = new LinkedHashMap<>();
    for (Result row : rows) {
      alike.merge(
          counting(row),
          new Alike(row, 1, row.impactScore()),
          (one, more) -> new Alike(one.row, one.count + 1, one.impact));
    }
    return List.copyOf(alike.values());
  }

  /** All of a row that any score depends on. */
  private static List<Object> counting(Result row) {
    List<Object> all = new ArrayList<>();
    all.add(row.verdict().outcome());
    all.add(row.threatScore());
    all.add(row.label().status());
    all.add(row.label().category());
    row.impact()
        .ifPresent(
            impact -> {
              all.add(impact.status());
              all.add(impact.dimensions());
              impact.measured().forEach(it -> all.add(List.of(it.dimension(), it.points())));
              impact
                  .hits()
                  .forEach(
                      it ->
                          all.add(
                              List.of(
                                  it.rule(),
                                  it.level(),
                                  it.dimensions(),
                                  it.part(),
                                  it.succeeded(),
                                  it.confidence())));
            });
    return all;
  }

  /** What each hit counts by each choice of weights. */
  private static Map<Choice, ToDoubleFunction<Hit>> parts(boolean confidenceKnown) {
    Map<Choice, ToDoubleFunction<Hit>> parts = new TreeMap<>();
    parts.put(Choice.LEVELS_ABOVE, hit -> hit.part() * shifted(hit.level(), 1));
    parts.put(Choice.LEVELS_BELOW, hit -> hit.part() * shifted(hit.level(), -1));
    parts.put(Choice.WEIGHTS_MORE, hit -> Math.min(1, hit.part() * (1 + HALF)));
    parts.put(Choice.WEIGHTS_LESS, hit -> hit.part() * HALF);
    parts.put(Choice.ATTEMPTS_NOT, hit -> hit.succeeded() ? hit.part() : 0);
    if (confidenceKnown) {
      parts.put(
          Choice.CONFIDENCE,
          hit -> hit.part() == 0 ? 0 : Math.min(1, hit.part() / hit.confidence().orElse(1)));
      parts.put(
          Choice.ATTEMPTS_FULLY,
          hit -> hit.succeeded() ? hit.part() : hit.level().weight() * hit.confidence().orElse(1));
    }
    return parts;
  }

  /** How many times as much the level so many steps above weighs; informational is no harm. */
  private static double shifted(Level level, int steps) {
    if (level == Level.INFORMATIONAL) {
      return 1;
    }
    List<Level> levels = List.of(Level.values());
    int other = Math.max(0, Math.min(levels.size() - 1, levels.indexOf(level) + steps));
    return levels.get(other).weight() / level.weight();
  }

  private static ToDoubleFunction<Impact> greatest(ToDoubleFunction<Hit> part) {
    return impact ->
        ImpactScore.again(impact, part).values().stream()
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(Double.NaN);
  }

  private static double mean(Impact impact) {
    return impact.dimensions().values().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  private static double without(Dimension left, Impact impact) {
    return impact.dimensions().entrySet().stream()
        .filter(entry -> entry.getKey() != left)
        .mapToDouble(Map.Entry::getValue)
        .max()
        .orElse(Double.NaN);
  }

  /** Without each rule that counts somewhere; those of greatest effect first. */
  private static List<Alternative> jackknife(
      List<Hit> hits, Map<String, List<Alike>> environments) {
    return hits.stream()
        .map(hit -> new Rule(hit.rule(), hit.title()))
        .distinct()
        .sorted(Comparator.comparing(Rule::title).thenComparing(Rule::id))
        .map(
            rule -> {
              ToDoubleFunction<Impact> without =
                  greatest(hit -> hit.rule().equals(rule.id()) ? 0 : hit.part());
              return alternative(
                  Choice.WITHOUT_RULE,
                  rule.title(),
                  environments,
                  Alike::impact,
                  it -> fulfils(rule, it) ? by(without, it) : it.impact);
            })
        .sorted(Comparator.comparingDouble(Alternative::leastAgreement))
        .toList();
  }

  private static boolean fulfils(Rule rule, Alike rows) {
    Optional<Impact> impact = rows.row.impact();
    if (impact.isPresent()) {
      for (Hit hit : impact.get().hits()) {
        if (hit.rule().equals(rule.id())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean differs(Result row, ThreatTable table) {
    OptionalDouble score = by(table, row);
    return score.isPresent()
        && row.threatScore().isPresent()
        && score.getAsDouble() != row.threatScore().getAsDouble();
  }

  private static OptionalDouble by(ThreatTable table, Result row) {
    return row.verdict().outcome() == Outcome.EXECUTABLE
        ? table.score(row.label())
        : row.threatScore();
  }

  private static Alternative impact(
      Choice choice,
      String name,
      Map<String, List<Alike>> environments,
      ToDoubleFunction<Impact> then) {
    return alternative(choice, name, environments, Alike::impact, it -> by(then, it));
  }

  private static OptionalDouble by(ToDoubleFunction<Impact> impact, Alike rows) {
    double score = rows.row.impact().map(impact::applyAsDouble).orElse(Double.NaN);
    return Double.isNaN(score) ? OptionalDouble.empty() : OptionalDouble.of(score);
  }

  private interface Scoring {
    OptionalDouble of(Alike rows);
  }

  private static Alternative alternative(
      Choice choice,
      String name,
      Map<String, List<Alike>> environments,
      Scoring now,
      Scoring then) {
    List<Alternative.Order> orders = new ArrayList<>();
    Map<String, List<Scored>> telling = new TreeMap<>();
    environments.forEach(
        (environment, rows) -> {
          List<Scored> scored = scored(rows, now, then);
          List<Scored> run = scored.stream().filter(it -> Figures.runs(it.row)).toList();
          if (!run.isEmpty()) {
            orders.add(order(environment, run));
          }
          if (!scored.isEmpty()
              && (!run.isEmpty() || rows.stream().noneMatch(it -> Figures.runs(it.row)))) {
            telling.put(environment, scored);
          }
        });
    return new Alternative(choice, name, orders, places(telling));
  }

  /** Rows of the same two scores together: there are few, however many rows. */
  private static List<Scored> scored(List<Alike> rows, Scoring now, Scoring then) {
    Map<List<Object>, Scored> scored = new LinkedHashMap<>();
    for (Alike alike : rows) {
      OptionalDouble before = now.of(alike);
      OptionalDouble after = then.of(alike);
      if (before.isPresent() && after.isPresent()) {
        Scored its = new Scored(alike.row, alike.count, before.getAsDouble(), after.getAsDouble());
        scored.merge(
            List.of(Figures.runs(its.row), its.now, its.then),
            its,
            (one, more) -> new Scored(one.row, one.count + more.count, one.now, one.then));
      }
    }
    return List.copyOf(scored.values());
  }

  private static Alternative.Order order(String environment, List<Scored> run) {
    double[] now = run.stream().mapToDouble(Scored::now).toArray();
    double[] then = run.stream().mapToDouble(Scored::then).toArray();
    int[] counts = run.stream().mapToInt(Scored::count).toArray();
    Map<Double, Double> before = placesOf(now, counts);
    Map<Double, Double> after = placesOf(then, counts);
    double shift = 0;
    Optional<String> mover = Optional.empty();
    for (Scored one : run) {
      double moved = Math.abs(place(before, one.now) - place(after, one.then));
      if (moved > shift) { // of those that move as much the first one
        shift = moved;
        mover = Optional.of(one.row.sample());
      }
    }
    return new Alternative.Order(
        environment, Arrays.stream(counts).sum(), KendallTau.of(now, then, counts), shift, mover);
  }

  private static double place(Map<Double, Double> places, double score) {
    return places.getOrDefault(score, 0.0);
  }

  /** The place of each score, the greatest first; of those that tie the middle one. */
  private static Map<Double, Double> placesOf(double[] scores, int[] samples) {
    TreeMap<Double, Integer> counts = new TreeMap<>(Comparator.reverseOrder());
    for (int i = 0; i < scores.length; i++) {
      counts.merge(scores[i], samples[i], Integer::sum);
    }
    Map<Double, Double> places = new HashMap<>();
    int before = 0;
    for (Map.Entry<Double, Integer> entry : counts.entrySet()) {
      places.put(entry.getKey(), before + (entry.getValue() + 1) / 2.0);
      before += entry.getValue();
    }
    return places;
  }

  private static List<Alternative.Places> places(Map<String, List<Scored>> environments) {
    List<String> names = List.copyOf(environments.keySet());
    List<double[]> means =
        environments.values().stream()
            .map(rows -> new double[] {mean(rows, Scored::now), mean(rows, Scored::then)})
            .toList();
    List<Alternative.Places> places = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        double now = means.get(i)[0] - means.get(j)[0];
        double then = means.get(i)[1] - means.get(j)[1];
        places.add(
            new Alternative.Places(
                names.get(i),
                names.get(j),
                Math.abs(now) > TINY && Math.abs(then) > TINY && now > 0 != then > 0));
      }
    }
    return places;
  }

  private static double mean(List<Scored> rows, ToDoubleFunction<Scored> score) {
    return rows.stream().mapToDouble(it -> it.count * score.applyAsDouble(it)).sum()
        / rows.stream().mapToInt(Scored::count).sum();
  }

  /** Those by which environments change places. */
  public List<Alternative> changing() {
    return alternatives.stream().filter(Alternative::changesEnvironments).toList();
  }
}

package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.malassay.infection.Infection;
import org.malassay.infection.StageSeen;
import org.malassay.run.Result;

/**
 * How far login sessions came in each environment, stage by stage: with defences as variants of an
 * environment, what each of them stops.
 *
 * @param sessions how many of them were seen in each environment, by its name
 * @param cut how many of these ended before all of their commands were typed
 * @param stages what became of each stage there: by the stage's number, by environment
 * @param pairs each two environments by whether anything of a session ran
 */
public record Infections(
    Map<String, Integer> sessions,
    Map<String, Integer> cut,
    Map<String, Map<String, Seen>> stages,
    List<Ran> pairs) {
  /** The seven stages, two of which have two ways. */
  public static final List<String> STAGES = List.of("1", "2", "3", "4a", "4b", "5", "6a", "6b");

  /**
   * What became of a stage in an environment.
   *
   * @param reached sessions that reached it
   * @param refused sessions of which nothing but attempts was seen
   */
  public record Seen(int reached, int refused) {
    static final Seen NOWHERE = new Seen(0, 0);

    private Seen and(StageSeen stage) {
      return stage.succeeded() ? new Seen(reached + 1, refused) : new Seen(reached, refused + 1);
    }
  }

  /**
   * Two environments by whether a session ran a script or a program of its own.
   *
   * @param sessions those that were seen in both
   * @param ran the test
   * @param p corrected by Holm for all pairs
   */
  public record Ran(String first, String second, int sessions, McNemar ran, double p) {}

  public Infections {
    pairs = List.copyOf(pairs);
  }

  /** Those of these rows; empty where no login session was seen. */
  public static Optional<Infections> of(List<Result> answers) {
    Map<String, Integer> sessions = new TreeMap<>();
    Map<String, Integer> cut = new TreeMap<>();
    Map<String, Map<String, Seen>> stages = new LinkedHashMap<>();
    STAGES.forEach(stage -> stages.put(stage, new TreeMap<>()));
    for (Result row : answers) {
      if (row.infection().isPresent() && Comparison.answered(row)) {
        sessions.merge(row.environment(), 1, Integer::sum);
        cut.merge(row.environment(), row.infection().get().isCut() ? 1 : 0, Integer::sum);
        for (StageSeen seen : row.infection().get().stages()) {
          stages
              .computeIfAbsent(seen.stage(), stage -> new TreeMap<>())
              .merge(row.environment(), Seen.NOWHERE.and(seen), (one, other) -> one.and(seen));
        }
      }
    }
    return sessions.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Infections(sessions, cut, stages, pairs(List.copyOf(sessions.keySet()), answers)));
  }

  /** What became of a stage in an environment. */
  public Seen seen(String stage, String environment) {
    return stages.getOrDefault(stage, Map.of()).getOrDefault(environment, Seen.NOWHERE);
  }

  private static List<Ran> pairs(List<String> names, List<Result> answers) {
    Map<String, Map<String, Result>> samples = Comparison.bySample(answers);
    List<Ran> raw = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        Ran pair = pair(names.get(i), names.get(j), samples);
        if (pair.sessions() > 0) { // what was not compared is not corrected for
          raw.add(pair);
        }
      }
    }
    double[] adjusted = Holm.adjusted(raw.stream().mapToDouble(pair -> pair.ran().p()).toArray());
    List<Ran> pairs = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      Ran pair = raw.get(i);
      pairs.add(new Ran(pair.first(), pair.second(), pair.sessions(), pair.ran(), adjusted[i]));
    }
    return pairs;
  }

  private static Ran pair(String first, String second, Map<String, Map<String, Result>> samples) {
    int both = 0;
    int onlyFirst = 0;
    int onlySecond = 0;
    for (Map<String, Result> sample : samples.values()) {
      Optional<Infection> one = infection(sample, first);
      Optional<Infection> other = infection(sample, second);
      if (one.isPresent() && other.isPresent()) {
        both++;
        onlyFirst += ran(one.get()) && !ran(other.get()) ? 1 : 0;
        onlySecond += ran(other.get()) && !ran(one.get()) ? 1 : 0;
      }
    }
    McNemar test = McNemar.of(onlyFirst, onlySecond);
    return new Ran(first, second, both, test, test.p());
  }

  private static Optional<Infection> infection(Map<String, Result> sample, String environment) {
    return Optional.ofNullable(sample.get(environment))
        .filter(Comparison::answered)
        .flatMap(Result::infection);
  }

  /** Whether a script or a program of the session ran: the sixth stage. */
  private static boolean ran(Infection infection) {
    return infection.last().filter(stage -> stage.startsWith("6")).isPresent();
  }
}

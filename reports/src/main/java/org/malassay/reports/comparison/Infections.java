package org.malassay.reports.comparison;

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
 * @param pairs each two environments by whether a session ran a script or a program of its own
 */
public record Infections(
    Map<String, Integer> sessions,
    Map<String, Integer> cut,
    Map<String, Map<String, Seen>> stages,
    List<Paired> pairs) {
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

  private static List<Paired> pairs(List<String> names, List<Result> answers) {
    List<Paired> pairs =
        Paired.of(
            names,
            Comparison.bySample(answers).values(),
            (sample, environment) -> infection(sample, environment).map(Infections::ran));
    // what was not compared is not corrected for
    return Paired.corrected(pairs.stream().filter(pair -> pair.both() > 0).toList());
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

package org.malassay.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.environment.Defence;
import org.malassay.environment.SlowHost;
import org.malassay.environment.Variant;
import org.malassay.features.FeatureOptions;

/**
 * What keeps the results of two starts from standing side by side.
 *
 * @param of what differs: {@code option -D}, or the environment of a fact, with a colon
 * @param name of the option or fact
 */
public record Difference(String of, String name, String was, String is) {
  /**
   * Options that change no result. They are named as text, since what defines most of them stands
   * above this room; a run begun before one of them came has none.
   */
  public static final Set<String> CHANGE_NOTHING =
      Stream.concat(
              Stream.of(FeatureOptions.name(), SlowHost.FACTOR.name(), RunDirectory.OUT.name()),
              Stream.of(
                  "guests",
                  "guest.limit",
                  "reports",
                  "lang",
                  "cluster.distance",
                  "resume",
                  "expect",
                  "baseline",
                  "max.threat",
                  "max.impact"))
          .collect(Collectors.toUnmodifiableSet());

  /**
   * Compares the options, and the facts of the environments that both have.
   *
   * @param then a run
   * @param now a start of it or of another run
   * @param mayDiffer the names of options that may
   */
  public static List<Difference> between(RunHeader then, Session now, Set<String> mayDiffer) {
    Set<String> one = plain(then.environments().keySet());
    Set<String> both = plain(now.environments().keySet());
    both.retainAll(one);
    one.addAll(plain(now.environments().keySet()));
    one.removeAll(both);
    Map<String, String> before = new TreeMap<>();
    then.sessions().forEach(session -> before.putAll(session.options()));
    List<Difference> all =
        new ArrayList<>(
            between(
                "option -D",
                compared(before, one, mayDiffer),
                compared(now.options(), one, mayDiffer)));
    now.environments()
        .forEach(
            (name, facts) ->
                Optional.ofNullable(then.environments().get(name))
                    .ifPresent(earlier -> all.addAll(between(name + ": ", earlier, facts))));
    return all;
  }

  /** Variants of one environment, and those with defences, have the same options. */
  private static Set<String> plain(Set<String> environments) {
    return environments.stream()
        .map(Variant::environment)
        .map(Defence::environment)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** Without what may differ, and without options of environments that only one side has. */
  private static Map<String, String> compared(
      Map<String, String> options, Set<String> ofOneSide, Set<String> mayDiffer) {
    Map<String, String> compared = new TreeMap<>(options);
    compared.keySet().removeAll(mayDiffer);
    compared.remove(Shard.OPTION.name(), Shard.WHOLE.toString()); // the same as none
    compared
        .keySet()
        .removeIf(name -> ofOneSide.stream().anyMatch(it -> name.startsWith(it + ".")));
    return compared;
  }

  /** Those of two lists of values, by name. */
  static List<Difference> between(
      String of, Map<String, String> before, Map<String, String> after) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    return names.stream()
        .map(
            name ->
                new Difference(
                    of,
                    name,
                    before.getOrDefault(name, "(none)"),
                    after.getOrDefault(name, "(none)")))
        .filter(it -> !it.was().equals(it.is()))
        .toList();
  }
}

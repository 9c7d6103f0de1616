package org.malassay.experiment;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.environment.SlowHost;
import org.malassay.features.FeatureOptions;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.run.CorpusDigest;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;

/**
 * The continuation of a run: whether what was measured there can stand beside what will be.
 *
 * @param then what the run says of itself
 * @param now the start that continues it
 * @param ofReports the names of options that change no result, besides those that every run has
 */
record Resumption(RunHeader then, Session now, Set<String> ofReports) {
  /** Those options that may differ, as they change no result. */
  private static final Set<String> MAY_DIFFER =
      Stream.concat(
              Stream.of(FeatureOptions.name()),
              Stream.<Option<?>>of(
                      RunOptions.ENV,
                      RunOptions.SAMPLE,
                      RunOptions.REPEAT,
                      RunOptions.GUESTS,
                      RunOptions.GUEST_LIMIT,
                      SlowHost.FACTOR,
                      RunOptions.OUT,
                      RunOptions.REPORTS,
                      RunOptions.RESUME,
                      RunOptions.EXPECT,
                      RunOptions.BASELINE,
                      RunOptions.MAX_THREAT)
                  .map(Option::name))
          .collect(Collectors.toUnmodifiableSet());

  /**
   * @throws OptionException if it cannot; the message names what differs
   */
  void refuseDifference() {
    Map<String, String> before = new TreeMap<>();
    then.sessions().forEach(session -> before.putAll(session.options()));
    refuseDifference("option -D", compared(before), compared(now.options()));
    now.environments()
        .forEach(
            (name, facts) ->
                Optional.ofNullable(then.environments().get(name))
                    .ifPresent(earlier -> refuseDifference(name + ": ", earlier, facts)));
  }

  /** Without what may differ, and without options of environments that only one side has. */
  private Map<String, String> compared(Map<String, String> options) {
    Set<String> both = new TreeSet<>(then.environments().keySet());
    both.retainAll(now.environments().keySet());
    Set<String> one = new TreeSet<>(then.environments().keySet());
    one.addAll(now.environments().keySet());
    one.removeAll(both);
    Map<String, String> compared = new TreeMap<>(options);
    compared.keySet().removeAll(MAY_DIFFER);
    compared.keySet().removeAll(ofReports);
    compared.keySet().removeIf(name -> one.stream().anyMatch(it -> name.startsWith(it + ".")));
    return compared;
  }

  private void refuseDifference(
      String what, Map<String, String> before, Map<String, String> after) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      String was = before.getOrDefault(name, "(none)");
      String is = after.getOrDefault(name, "(none)");
      if (!was.equals(is)) {
        throw new OptionException(
            ("run %s cannot be continued: %s%s was %s and is now %s; "
                    + "use the same, or start a new run without -Dresume")
                .formatted(then.id(), what, name, was, is));
      }
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

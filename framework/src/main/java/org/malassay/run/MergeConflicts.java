package org.malassay.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.malassay.infection.Infection;
import org.malassay.options.OptionException;
import org.malassay.sample.SafeText;
import org.malassay.score.Impact;
import org.malassay.score.RuleOptions;

/**
 * What keeps runs from being merged. Each is an {@link OptionException} that says what mends it.
 *
 * @param mayDiffer the names of options, versions and facts that the user lets differ
 */
record MergeConflicts(List<MergedPart> parts, Set<String> mayDiffer) {
  /** Versions that tell of the host. */
  private static final Set<String> OF_THE_HOST = Set.of("java", "os", "host");

  /** That of the tool which static features are made by: only runs that have these name it. */
  private static final String OF_FEATURES = "objdump";

  void refuse() {
    MergedPart first = parts.get(0);
    for (MergedPart other : parts) {
      other
          .header()
          .merged()
          .ifPresent(
              merged -> {
                throw new OptionException(
                    "run %s was merged of others: name those in its place (%s)"
                        .formatted(other.id(), String.join(", ", merged.runs())));
              });
      refuse(first, other, "experiment", it -> it.header().experiment());
      refuse(first, other, "number of shards", it -> it.shard().total());
      refuse(
          first,
          other,
          "corpus",
          it ->
              it.header()
                  .last()
                  .corpus()
                  .map(all -> "of %d files (%.12s)".formatted(all.files(), all.sha256()))
                  .orElse("not told"));
    }
    for (MergedPart one : firstOfEach()) {
      parts.forEach(other -> refuseDifferences(one, other));
    }
    refuseOtherRules(
        row -> row.impact().map(Impact::rules),
        "rows of the runs %s are scored by different rules; score those of each anew by the same, by"
            + " -Dremake=RUN_DIR, and merge then");
    refuseOtherRules(
        row -> row.infection().map(Infection::rules),
        "stages of login sessions in the runs %s were found by different rules; measure those of one"
            + " again with the version of the other");
    refuseSecondResults();
  }

  /**
   * The first part, and the first one of each environment. What a part of other environments has in
   * common with two others does not tell whether these go together.
   */
  private List<MergedPart> firstOfEach() {
    Map<String, MergedPart> byEnvironment = new LinkedHashMap<>();
    for (MergedPart part : parts) {
      part.environments().forEach(name -> byEnvironment.putIfAbsent(name, part));
    }
    Map<String, MergedPart> byRun = new LinkedHashMap<>();
    byRun.put(parts.get(0).id(), parts.get(0));
    byEnvironment.values().forEach(part -> byRun.putIfAbsent(part.id(), part));
    return List.copyOf(byRun.values());
  }

  private static void refuse(
      MergedPart first, MergedPart other, String what, Function<MergedPart, Object> of) {
    if (!of.apply(first).equals(of.apply(other))) {
      throw new OptionException(
          ("runs %s and %s cannot be merged: the %s is %s and %s; leave out of -Druns what is not"
                  + " of one split of one corpus")
              .formatted(first.id(), other.id(), what, of.apply(first), of.apply(other)));
    }
  }

  private void refuseDifferences(MergedPart first, MergedPart other) {
    Set<String> options = new HashSet<>(Difference.CHANGE_NOTHING);
    options.add("env"); // each environment has rows of its own
    options.add("samples"); // the digest of the corpus tells, wherever it lies
    options.add(RuleOptions.RULES.name()); // rows tell
    options.add(Shard.OPTION.name());
    options.addAll(choosing(first, other));
    Session ofFirst = whole(first.header());
    Session ofOther = whole(other.header());
    List<Difference> differences =
        new ArrayList<>(Difference.between(first.header(), ofOther, options));
    differences.addAll(
        Difference.between(
            "version of ", measuring(ofFirst, ofOther), measuring(ofOther, ofFirst)));
    differences.removeIf(it -> mayDiffer.contains(it.name()));
    if (!differences.isEmpty()) {
      throw new OptionException(
          ("runs %s and %s cannot be merged: %s; measure one of them again with the same, or, if no"
                  + " result is another for it, say -Druns.differ='%s'")
              .formatted(
                  first.id(),
                  other.id(),
                  differences.stream()
                      .map(it -> it.of() + it.name() + " is " + it.was() + " and " + it.is())
                      .collect(Collectors.joining("; ")),
                  differences.stream()
                      .map(Difference::name)
                      .distinct()
                      .sorted()
                      .collect(Collectors.joining(","))));
    }
  }

  /** Options that choose a variant, where the two have different ones. */
  private static Set<String> choosing(MergedPart first, MergedPart other) {
    Set<String> options = new HashSet<>();
    first
        .variants()
        .forEach(
            (environment, variant) ->
                Optional.ofNullable(other.variants().get(environment))
                    .filter(it -> !it.name().equals(variant.name()))
                    .filter(it -> it.option().equals(variant.option()))
                    .ifPresent(it -> options.add(it.option())));
    return options;
  }

  /**
   * What a run says in all of its starts. They differ in nothing but what a run that is continued
   * may: of that the last counts, which is of all its rows.
   */
  private static Session whole(RunHeader header) {
    Map<String, String> options = new TreeMap<>();
    header.sessions().forEach(session -> options.putAll(session.options()));
    return new Session(
        header.started(),
        options,
        header.last().versions(),
        header.environments(),
        header.last().corpus());
  }

  /** The versions that results are of, and that of features where both have some. */
  private static Map<String, String> measuring(Session session, Session other) {
    Map<String, String> versions = new TreeMap<>(session.versions());
    if (!other.versions().containsKey(OF_FEATURES)) {
      versions.remove(OF_FEATURES);
    }
    versions.keySet().removeAll(OF_THE_HOST);
    return versions;
  }

  private void refuseOtherRules(Function<Result, Optional<String>> digest, String why) {
    Map<String, String> runs = new TreeMap<>();
    for (MergedPart part : parts) {
      for (Result row : part.journaled().results()) {
        digest.apply(row).ifPresent(rules -> runs.put(rules, part.id()));
      }
    }
    if (runs.size() > 1) {
      throw new OptionException(why.formatted(String.join(" and ", new TreeSet<>(runs.values()))));
    }
  }

  /** The same row twice is a copied run; another one is another measurement. */
  private void refuseSecondResults() {
    Map<ResultKey, Result> rows = new HashMap<>();
    for (MergedPart part : parts) {
      for (Result row : part.journaled().results()) {
        Result other = rows.putIfAbsent(ResultKey.of(row), row);
        if (other != null && !other.equals(row)) {
          throw new OptionException(
              ("%s [%.12s] was measured in %s by the run %s and by the run %s, with two results;"
                      + " leave one of these runs out of -Druns")
                  .formatted(
                      SafeText.printable(row.sample()),
                      row.sha256(),
                      row.environment(),
                      other.run(),
                      part.id()));
        }
      }
    }
  }
}

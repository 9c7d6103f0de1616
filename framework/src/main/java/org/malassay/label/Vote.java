package org.malassay.label;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts a sample into the category that most engines name: the thesis's plurality, made sound after
 * AVClass (Sebastian et al., RAID 2016; malicialab/avclass).
 *
 * <ol>
 *   <li>Engines that repeat one another's label have one vote together.
 *   <li>A label is cut into tokens at everything that is neither letter nor digit, in lower case,
 *       without the digits at the end. Tokens are compared as a whole: {@code Wormhole} is no worm.
 *   <li>An engine votes once for each category that a token of its label names. Two votes make a
 *       category.
 *   <li>{@code trojan} counts only when no other category has two votes. Words such as {@code
 *       malware} or {@code generic} name nothing.
 *   <li>Of categories with equal votes the worse one wins, in the order of {@code categories.json},
 *       and the label says that it was a tie.
 *   <li>The family is voted for in the same way; of families with equal votes a listed one wins,
 *       then the first in the alphabet.
 * </ol>
 *
 * A function of its arguments alone.
 */
final class Vote {
  private static final int ENOUGH = 2;

  private final Vocabulary vocabulary;

  Vote(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * The label of a report.
   *
   * @param note becomes the label's
   */
  Label count(EngineReport report, ThreatTable table, String note) {
    if (report.labels().isEmpty()) {
      return Label.notDetected(report.engines(), note);
    }
    Map<String, Integer> categories = new HashMap<>();
    Map<String, Integer> families = new HashMap<>();
    for (Collection<String> labels : voices(report.labels())) {
      Names names = new Names();
      labels.forEach(label -> read(label, report.hashes(), names));
      names.categories.forEach(name -> categories.merge(name, 1, Integer::sum));
      names.families.forEach(name -> families.merge(name, 1, Integer::sum));
    }

    int fallbackVotes = Optional.ofNullable(categories.remove(vocabulary.fallback())).orElse(0);
    List<Map.Entry<String, Integer>> ranked =
        categories.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue)
                    .reversed()
                    .thenComparing(entry -> vocabulary.categories().indexOf(entry.getKey())))
            .toList();

    Optional<String> category = Optional.empty();
    int votes = 0;
    Optional<Map.Entry<String, Integer>> runnerUp = ranked.stream().findFirst();
    if (!ranked.isEmpty() && ranked.get(0).getValue() >= ENOUGH) {
      category = Optional.of(ranked.get(0).getKey());
      votes = ranked.get(0).getValue();
      runnerUp = ranked.stream().skip(1).findFirst();
    } else if (fallbackVotes >= ENOUGH) {
      category = Optional.of(vocabulary.fallback());
      votes = fallbackVotes;
    }
    int margin = category.isEmpty() ? 0 : votes - runnerUp.map(Map.Entry::getValue).orElse(0);
    Optional<Map.Entry<String, Integer>> family = family(families);
    return new Label(
        category.isPresent() ? Label.Status.LABELLED : Label.Status.UNKNOWN_CATEGORY,
        category,
        votes,
        runnerUp.map(Map.Entry::getKey),
        margin,
        category.isPresent() && margin == 0,
        family.map(Map.Entry::getKey),
        family.map(Map.Entry::getValue).orElse(0),
        report.labels().size(),
        report.engines(),
        OptionalDouble.of(table.score(category.orElse(ThreatTable.UNKNOWN))),
        note);
  }

  private Optional<Map.Entry<String, Integer>> family(Map<String, Integer> votes) {
    return votes.entrySet().stream()
        .filter(entry -> entry.getValue() >= ENOUGH)
        .min(
            Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue)
                .reversed()
                .thenComparing(entry -> !vocabulary.families().contains(entry.getKey()))
                .thenComparing(Map.Entry::getKey));
  }

  /** The labels of engines that speak for themselves; those of repeaters together. */
  private Collection<List<String>> voices(Map<String, String> labels) {
    Map<String, String> parents = new HashMap<>();
    Map<String, String> firstWithLabel = new HashMap<>();
    labels.forEach(
        (engine, label) -> {
          String first = firstWithLabel.putIfAbsent(vocabulary.plain(label), engine);
          if (first != null && !label.isBlank()) {
            join(parents, first, engine);
          }
        });
    for (List<String> group : vocabulary.repeaters()) {
      List<String> present = group.stream().filter(labels::containsKey).toList();
      present.forEach(engine -> join(parents, present.get(0), engine));
    }
    Map<String, List<String>> voices = new LinkedHashMap<>();
    labels.forEach(
        (engine, label) ->
            voices.computeIfAbsent(root(parents, engine), key -> new ArrayList<>()).add(label));
    return voices.values();
  }

  private static void join(Map<String, String> parents, String one, String other) {
    String root = root(parents, one);
    String otherRoot = root(parents, other);
    if (!root.equals(otherRoot)) {
      parents.put(otherRoot, root);
    }
  }

  private static String root(Map<String, String> parents, String engine) {
    String root = engine;
    for (String parent = parents.get(root); parent != null; parent = parents.get(root)) {
      root = parent;
    }
    return root;
  }

  private void read(String label, Set<String> hashes, Names names) {
    if (vocabulary.isNameless(label)) {
      return;
    }
    List<String> tokens = tokens(label);
    for (int i = 0; i < tokens.size(); ) {
      int length = Math.min(vocabulary.longestPhrase(), tokens.size() - i);
      while (length > 1
          && !vocabulary
              .categoryOf()
              .containsKey(String.join(" ", tokens.subList(i, i + length)))) {
        length--;
      }
      String words = String.join(" ", tokens.subList(i, i + length));
      String category = vocabulary.categoryOf().get(words);
      if (category != null) {
        names.categories.add(category);
      }
      String family = vocabulary.familyOf().getOrDefault(words, words);
      // McAfee and others put the beginning of the file's hash into the label.
      if (vocabulary.families().contains(family)
          || (vocabulary.mayBeFamily(family)
              && hashes.stream().noneMatch(hash -> hash.startsWith(words)))) {
        names.families.add(family);
      }
      i += length;
    }
  }

  private static List<String> tokens(String label) {
    return Stream.of(label.toLowerCase(Locale.ROOT).split("[^\\p{Alnum}]+"))
        .map(Vote::withoutDigitsAtTheEnd)
        .filter(token -> !token.isEmpty())
        .toList();
  }

  private static String withoutDigitsAtTheEnd(String token) {
    int end = token.length();
    while (end > 0 && Character.isDigit(token.charAt(end - 1))) {
      end--;
    }
    return token.substring(0, end);
  }

  /** What one voice names. */
  private static final class Names {
    final Set<String> categories = new HashSet<>();
    final Set<String> families = new HashSet<>();
  }
}

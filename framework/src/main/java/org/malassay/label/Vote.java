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
 *   <li>Where no category has two votes, or only generic ones ({@code trojan}, {@code riskware}),
 *       the category of the family counts, if the family is a listed one: most engines name Mirai
 *       without saying that it is a bot.
 *   <li>Where that gives none either, the generic category with the most votes counts. Words such
 *       as {@code malware} or {@code generic} name nothing.
 *   <li>Of categories with equal votes the worse one wins, in the order of {@code categories.json},
 *       and the label says that it was a tie.
 *   <li>The family is voted for in the same way; of families with equal votes a listed one wins,
 *       then the first in the alphabet. A name of three letters that is not listed needs four
 *       votes: most such tokens are marks of an engine's own.
 *   <li>Where engines agree on neither, it depends on how many there are: fewer than four
 *       detections that are independent of one another are no label ({@link Label.Status#WEAK}). A
 *       few engines are known to detect what is harmless, and groups of engines to err together
 *       (Zhu et al., Measuring and Modeling the Label Dynamics of Online Anti-Malware Engines,
 *       USENIX Security 2020, which finds that a threshold makes labels stable); the number four is
 *       by judgement.
 * </ol>
 *
 * A function of its arguments alone.
 */
final class Vote {
  /** AVClass's rule as well. */
  private static final int ENOUGH = 2;

  private static final int ENOUGH_FOR_A_SHORT_NAME = 4;
  private static final int ENOUGH_WITHOUT_AGREEMENT = 4;

  private final Vocabulary vocabulary;

  Vote(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** A name and how many engines voted for it. */
  private record Counted(String name, int votes) {
    static final Comparator<Counted> MOST_FIRST =
        Comparator.comparingInt(Counted::votes).reversed();
  }

  /**
   * The category that was found.
   *
   * @param others what it was chosen from; those with most votes first
   */
  private record Choice(Counted category, Label.Basis basis, List<Counted> others) {
    Optional<Counted> runnerUp() {
      return others.stream().filter(other -> !other.name.equals(category.name)).findFirst();
    }

    int margin() {
      return category.votes - runnerUp().map(Counted::votes).orElse(0);
    }
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
    Collection<List<String>> voices = voices(report.labels());
    Map<String, Integer> categoryVotes = new HashMap<>();
    Map<String, Integer> familyVotes = new HashMap<>();
    for (List<String> labels : voices) {
      Names names = new Names();
      labels.forEach(label -> read(label, report.hashes(), names));
      names.categories.forEach(name -> categoryVotes.merge(name, 1, Integer::sum));
      names.families.forEach(name -> familyVotes.merge(name, 1, Integer::sum));
    }
    Optional<Counted> family = family(familyVotes);
    List<Counted> ranked = ranked(categoryVotes);
    List<Counted> telling =
        ranked.stream().filter(it -> !vocabulary.generic().contains(it.name)).toList();
    Optional<Choice> choice =
        first(telling, Label.Basis.CATEGORY)
            .or(() -> family.flatMap(it -> byFamily(it, telling)))
            .or(() -> first(ranked, Label.Basis.GENERIC));
    Label.Status status = status(choice.isPresent(), family.isPresent(), voices.size());
    Optional<Counted> runnerUp =
        choice.map(Choice::runnerUp).orElseGet(() -> telling.stream().findFirst());
    return new Label(
        status,
        choice.map(it -> it.category.name),
        choice.map(Choice::basis),
        choice.map(it -> it.category.votes).orElse(0),
        runnerUp.map(Counted::name),
        choice.map(Choice::margin).orElse(0),
        choice.filter(it -> it.margin() == 0).isPresent(),
        family.map(Counted::name),
        family.map(Counted::votes).orElse(0),
        report.labels().size(),
        voices.size(),
        report.engines(),
        status == Label.Status.WEAK
            ? OptionalDouble.empty()
            : OptionalDouble.of(
                table.score(choice.map(it -> it.category.name).orElse(ThreatTable.UNKNOWN))),
        note);
  }

  private static Label.Status status(boolean category, boolean family, int voices) {
    if (category) {
      return Label.Status.LABELLED;
    }
    return family || voices >= ENOUGH_WITHOUT_AGREEMENT
        ? Label.Status.UNKNOWN_CATEGORY
        : Label.Status.WEAK;
  }

  /** Categories by their votes, the worse one first where these are equal. */
  private List<Counted> ranked(Map<String, Integer> votes) {
    return votes.entrySet().stream()
        .map(entry -> new Counted(entry.getKey(), entry.getValue()))
        .sorted(Counted.MOST_FIRST.thenComparing(it -> vocabulary.categories().indexOf(it.name)))
        .toList();
  }

  private static Optional<Choice> first(List<Counted> ranked, Label.Basis basis) {
    return ranked.stream()
        .findFirst()
        .filter(it -> it.votes >= ENOUGH)
        .map(it -> new Choice(it, basis, ranked));
  }

  private Optional<Choice> byFamily(Counted family, List<Counted> others) {
    return Optional.ofNullable(vocabulary.categoryOfFamily().get(family.name))
        .map(
            category ->
                new Choice(new Counted(category, family.votes), Label.Basis.FAMILY, others));
  }

  private Optional<Counted> family(Map<String, Integer> votes) {
    return votes.entrySet().stream()
        .map(entry -> new Counted(entry.getKey(), entry.getValue()))
        .filter(it -> it.votes >= (vocabulary.isShort(it.name) ? ENOUGH_FOR_A_SHORT_NAME : ENOUGH))
        .min(
            Counted.MOST_FIRST
                .thenComparing(it -> !vocabulary.isKnownFamily(it.name))
                .thenComparing(Counted::name));
  }

  /**
   * The voices of a report: an engine with a label of its own is one, engines that repeat a label
   * are one together.
   */
  private Collection<List<String>> voices(Map<String, String> labels) {
    Map<String, String> parents = new HashMap<>();
    Map<String, String> firstWithLabel = new HashMap<>();
    labels.forEach(
        (engine, label) -> {
          String first = firstWithLabel.putIfAbsent(vocabulary.plain(engine, label), engine);
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
      if (vocabulary.isKnownFamily(family)
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

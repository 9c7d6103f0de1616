package org.malassay.label;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How engines speak: the data files {@code categories.json}, {@code families.json} and {@code
 * engines.json}, which cite their sources.
 *
 * @param categories the keys of the categories, from the worst to the least
 * @param generic the categories that count only when no other has enough votes
 * @param categoryOf the category that a word, or some words with blanks between, names
 * @param longestPhrase how many words the longest of them has
 * @param categoryOfFamily the category of each known family
 * @param familyOf the family that another name stands for
 * @param nothing words that name no family
 * @param nothingPrefixes beginnings of words that name no family
 * @param repeaters groups of products that are one engine
 * @param leadingWord engines that put a word and a point before Avira's label
 * @param suffixes what repeaters put after another engine's label
 * @param nameless beginnings of labels that name nothing
 */
record Vocabulary(
    List<String> categories,
    Set<String> generic,
    Map<String, String> categoryOf,
    int longestPhrase,
    Map<String, String> categoryOfFamily,
    Map<String, String> familyOf,
    Set<String> nothing,
    List<String> nothingPrefixes,
    List<List<String>> repeaters,
    Set<String> leadingWord,
    List<String> suffixes,
    List<String> nameless) {
  private static final int SHORTEST_FAMILY = 3;

  /** Avira's labels have a slash after their first word, which is in capitals: {@code TR/Agent}. */
  private static final Pattern WORD_BEFORE_AVIRA = Pattern.compile("^\\p{Alpha}+\\.(?=[A-Z\\d]+/)");

  /** The vocabulary that comes with Malassay. */
  static Vocabulary load() {
    CategoryFile categories = resource("categories.json", CategoryFile.class);
    FamilyFile families = resource("families.json", FamilyFile.class);
    EngineFile engines = resource("engines.json", EngineFile.class);

    Map<String, String> categoryOf = new HashMap<>();
    Set<String> nothing = new HashSet<>();
    families.nothing().values().forEach(nothing::addAll);
    for (Category category : categories.categories()) {
      for (String words : category.words()) {
        put(categoryOf, words, category.key());
        nothing.add(words);
      }
    }
    Map<String, String> familyOf = new HashMap<>();
    Map<String, String> categoryOfFamily = new HashMap<>();
    families
        .families()
        .forEach(
            (key, family) -> {
              family.names().forEach(name -> put(familyOf, name, key));
              categoryOfFamily.put(key, family.category());
            });
    return new Vocabulary(
        categories.categories().stream().map(Category::key).toList(),
        Set.copyOf(categories.generic()),
        Map.copyOf(categoryOf),
        categoryOf.keySet().stream().mapToInt(words -> words.split(" ").length).max().orElse(1),
        Map.copyOf(categoryOfFamily),
        Map.copyOf(familyOf),
        Set.copyOf(nothing),
        families.nothingPrefixes(),
        engines.repeaters(),
        Set.copyOf(engines.leadingWord()),
        engines.suffixes(),
        engines.nameless());
  }

  private static void put(Map<String, String> map, String words, String key) {
    String other = map.put(words, key);
    if (other != null) {
      throw new IllegalStateException("'" + words + "' stands for " + other + " and " + key);
    }
  }

  private static <T> T resource(String name, Class<T> type) {
    try (InputStream in = Vocabulary.class.getResourceAsStream(name)) {
      return new JsonMapper().readValue(Objects.requireNonNull(in, name), type);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  boolean isKnownFamily(String family) {
    return categoryOfFamily.containsKey(family);
  }

  /** True when the word can be the name of a family that is not listed. */
  boolean mayBeFamily(String word) {
    return word.length() >= SHORTEST_FAMILY
        && Character.isLetter(word.charAt(0))
        && !nothing.contains(word)
        && nothingPrefixes.stream().noneMatch(word::startsWith);
  }

  /** True for a name so short that it is as likely to be a mark of an engine's own. */
  boolean isShort(String family) {
    return family.length() == SHORTEST_FAMILY && !isKnownFamily(family);
  }

  /** The label without what a repeater adds to it; labels that are equal then are one label. */
  String plain(String engine, String label) {
    String plain = label.strip();
    for (String suffix : suffixes) {
      if (plain.endsWith(suffix)) {
        plain = plain.substring(0, plain.length() - suffix.length());
      }
    }
    if (leadingWord.contains(engine)) {
      plain = WORD_BEFORE_AVIRA.matcher(plain).replaceFirst("");
    }
    return plain.toLowerCase(Locale.ROOT);
  }

  boolean isNameless(String label) {
    return nameless.stream().anyMatch(label::startsWith);
  }

  private record CategoryFile(
      @JsonProperty("about") List<String> about,
      @JsonProperty("generic") List<String> generic,
      @JsonProperty("categories") List<Category> categories) {}

  private record Category(
      @JsonProperty("key") String key, @JsonProperty("words") List<String> words) {}

  private record FamilyFile(
      @JsonProperty("about") List<String> about,
      @JsonProperty("families") Map<String, Family> families,
      @JsonProperty("nothing") Map<String, List<String>> nothing,
      @JsonProperty("nothingPrefixes") List<String> nothingPrefixes) {}

  private record Family(
      @JsonProperty("names") List<String> names,
      @JsonProperty("category") String category,
      @JsonProperty("source") String source) {}

  private record EngineFile(
      @JsonProperty("about") List<String> about,
      @JsonProperty("leadingWord") List<String> leadingWord,
      @JsonProperty("suffixes") List<String> suffixes,
      @JsonProperty("repeaters") List<List<String>> repeaters,
      @JsonProperty("nameless") List<String> nameless) {}
}

package org.malassay.firmware.application;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.malassay.firmware.Component;
import org.malassay.firmware.text.Literals;
import org.malassay.firmware.text.Printable;
import org.malassay.sample.SafeText;

/**
 * The rules by which a file is known as a component: data, in {@code components.yaml}. What a
 * content says is told without its name ({@link #hints}), so that it can be kept by content; the
 * name decides which of that counts ({@link #components}). Immutable.
 */
public final class ComponentRules {
  /** A rule as it stands in the file. */
  record Rule(
      String name,
      List<String> literal,
      Optional<Pattern> version,
      Optional<Pattern> beside,
      Optional<Pattern> files,
      Optional<Pattern> named,
      List<Example> yes,
      List<Example> no) {
    Rule {
      literal = literal == null ? List.of() : List.copyOf(literal);
      if (literal.isEmpty() == named.isEmpty()) {
        throw new IllegalArgumentException(
            "components.yaml, rule %s: either literal or named".formatted(name));
      }
    }

    private boolean counts(String file) {
      return files.map(names -> names.matcher(file).matches()).orElse(true);
    }
  }

  /** A file that a rule is to know, or not. */
  record Example(String file, List<String> strings, Optional<String> version) {}

  private static final int MOST_AROUND = 200;
  private static final int MOST_HOW = 120;

  /** Of the places of a literal in a file, and of the hints of a rule: more say nothing new. */
  private static final int MOST_PLACES = 2000;

  /** Of what may be the version of a program in a file. */
  private static final int MOST_RUNS = 10_000;

  private static final int SHORTEST_VERSION = 3;
  private static final int LONGEST_VERSION = 40;

  private static final ComponentRules OWN = read();

  private final List<Rule> rules;
  private final List<Rule> byLiteral;
  private final int[] ruleOf;
  private final Literals literals;

  private ComponentRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.byLiteral = rules.stream().filter(rule -> !rule.literal().isEmpty()).toList();
    this.ruleOf =
        IntStream.range(0, byLiteral.size())
            .flatMap(i -> byLiteral.get(i).literal().stream().mapToInt(any -> i))
            .toArray();
    this.literals =
        Literals.of(byLiteral.stream().flatMap(rule -> rule.literal().stream()).toList());
  }

  /** The project's own rules. */
  public static ComponentRules own() {
    return OWN;
  }

  private static ComponentRules read() {
    try (InputStream in =
        Objects.requireNonNull(ComponentRules.class.getResourceAsStream("components.yaml"))) {
      return new ComponentRules(
          new ObjectMapper(new YAMLFactory())
              .registerModule(new Jdk8Module())
              .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
              .readValue(in, new TypeReference<List<Rule>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("components.yaml of the framework cannot be read", e);
    }
  }

  List<Rule> rules() {
    return rules;
  }

  private record Run(int from, String text) {}

  /** What a content says, the same for the same bytes. */
  public List<Hint> hints(byte[] file) {
    List<List<Integer>> places =
        IntStream.range(0, byLiteral.size())
            .<List<Integer>>mapToObj(i -> new ArrayList<>())
            .toList();
    literals.scan(
        file,
        (literal, from) -> {
          List<Integer> there = places.get(ruleOf[literal]);
          if (there.size() < MOST_PLACES) {
            there.add(from);
          }
        });
    Set<Hint> hints = new LinkedHashSet<>();
    for (int i = 0; i < byLiteral.size(); i++) {
      Rule rule = byLiteral.get(i);
      if (places.get(i).isEmpty()) {
        continue;
      }
      List<Hint> told = inWords(file, rule, places.get(i));
      if (told.isEmpty() && rule.beside().isPresent()) {
        told = beside(rule, places.get(i), versions(file, rule.beside().get()));
      }
      hints.addAll(told);
    }
    return List.copyOf(hints);
  }

  private static List<Hint> inWords(byte[] file, Rule rule, List<Integer> places) {
    Set<Hint> hints = new LinkedHashSet<>();
    Set<String> versions = new LinkedHashSet<>();
    for (int place : places) {
      String text = Printable.around(file, place, MOST_AROUND);
      if (rule.version().isPresent()) {
        Matcher version = rule.version().get().matcher(text);
        if (version.find()) {
          String told = Optional.ofNullable(version.group(1)).orElse("");
          if (versions.add(told)) {
            hints.add(new Hint(rule.name(), told, how(text)));
          }
        }
      } else if (rule.beside().isEmpty() && hints.isEmpty()) {
        hints.add(new Hint(rule.name(), "", how(text)));
      }
    }
    return List.copyOf(hints);
  }

  /** The strings of a file that may be a version. */
  private static List<Run> versions(byte[] file, Pattern version) {
    List<Run> runs = new ArrayList<>();
    Printable.runs(
        file,
        SHORTEST_VERSION,
        LONGEST_VERSION,
        (from, text) -> {
          if (runs.size() < MOST_RUNS
              && text.chars().anyMatch(c -> c >= '0' && c <= '9')
              && version.matcher(text).matches()) {
            runs.add(new Run(from, text));
          }
        });
    return runs;
  }

  private static List<Hint> beside(Rule rule, List<Integer> places, List<Run> runs) {
    Pattern version = rule.beside().orElseThrow();
    return runs.stream()
        .min(Comparator.comparingInt(run -> distance(run.from(), places)))
        .map(run -> new Hint(rule.name(), told(version, run.text()), how(run.text())))
        .stream()
        .toList();
  }

  /** The group of an expression that has one, else all of it. */
  private static String told(Pattern version, String text) {
    Matcher matcher = version.matcher(text);
    return matcher.matches() && matcher.groupCount() > 0 ? matcher.group(1) : text;
  }

  private static int distance(int from, List<Integer> places) {
    return places.stream().mapToInt(place -> Math.abs(place - from)).min().orElse(0);
  }

  private static String how(String text) {
    return text.substring(0, Math.min(MOST_HOW, text.length()));
  }

  /**
   * What a file is known as, the most telling first: that which goes by its name, too.
   *
   * @param path as in the image
   */
  public List<Component> components(String path, List<Hint> hints) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    List<Component> byName = new ArrayList<>();
    List<Component> others = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.named().isPresent()) {
        Matcher named = rule.named().get().matcher(file);
        if (named.matches()) {
          byName.add(
              new Component(
                  rule.name(), named.group(1), path, "rule %s: its name".formatted(rule.name())));
        }
      } else if (rule.counts(file)) {
        for (Hint hint : hints) {
          if (hint.rule().equals(rule.name())) {
            boolean named = rule.files().isPresent() || file.contains(rule.name());
            (named ? byName : others)
                .add(
                    new Component(
                        rule.name(),
                        SafeText.visible(hint.version()),
                        path,
                        "rule %s: \"%s\"".formatted(rule.name(), SafeText.visible(hint.how()))));
          }
        }
      }
    }
    byName.addAll(others);
    return List.copyOf(byName);
  }
}

package org.malassay.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a condition, such as {@code selection and not 1 of filter_*}. */
final class Condition {
  private static final Pattern WORD = Pattern.compile("\\s*(\\(|\\)|\\||[^\\s()|]+)");
  private static final int DEEPEST = 50;
  private static final String ALLOWED =
      "a condition is made of names of search identifiers, and, or, not, parentheses, \"1 of\" and"
          + " \"all of\" with a name, a pattern or \"them\"";

  private final String text;
  private final Map<String, Check> parts;
  private final List<String> words = new ArrayList<>();
  private int at;
  private int depth;

  private Condition(String text, Map<String, Check> parts) {
    this.text = text;
    this.parts = parts;
    Matcher word = WORD.matcher(text);
    while (word.find()) {
      words.add(word.group(1));
    }
  }

  /**
   * @param parts the search identifiers by name
   * @throws RuleException if it is no condition; the message says what is wrong and what is allowed
   * @throws Unsupported if it counts events, as conditions once could
   */
  static Check read(String text, Map<String, Check> parts) throws Unsupported {
    Condition condition = new Condition(text, parts);
    if (condition.words.contains("|")) {
      throw new Unsupported("its condition has an aggregation (|), which correlations replace");
    }
    Check check = condition.or();
    if (condition.at < condition.words.size()) {
      throw condition.wrong("\"%s\" is too much".formatted(condition.words.get(condition.at)));
    }
    return check;
  }

  private RuleException wrong(String what) {
    return new RuleException("\"%s\": %s; %s".formatted(text, what, ALLOWED));
  }

  private String peek() {
    return at < words.size() ? words.get(at).toLowerCase(Locale.ROOT) : "";
  }

  private Check or() {
    List<Check> checks = new ArrayList<>(List.of(and()));
    while (peek().equals("or")) {
      at++;
      checks.add(and());
    }
    return checks.size() == 1 ? checks.get(0) : new Check.Any(checks);
  }

  private Check and() {
    List<Check> checks = new ArrayList<>(List.of(not()));
    while (peek().equals("and")) {
      at++;
      checks.add(not());
    }
    return checks.size() == 1 ? checks.get(0) : new Check.All(checks);
  }

  private Check not() {
    if (++depth > DEEPEST) {
      throw wrong("it is nested more than %d deep".formatted(DEEPEST));
    }
    try {
      if (peek().equals("not")) {
        at++;
        return new Check.Not(not());
      }
      return one();
    } finally {
      depth--;
    }
  }

  private Check one() {
    if (at == words.size()) {
      throw wrong("it ends too early");
    }
    String word = words.get(at++);
    if (word.equals("(")) {
      Check check = or();
      if (!peek().equals(")")) {
        throw wrong("a parenthesis is not closed");
      }
      at++;
      return check;
    }
    if (peek().equals("of")) {
      at++;
      return of(word.toLowerCase(Locale.ROOT));
    }
    Check part = parts.get(word);
    if (part == null) {
      throw wrong(
          "there is no search identifier %s, but %s"
              .formatted(word, String.join(", ", parts.keySet())));
    }
    return part;
  }

  private Check of(String number) {
    if (at == words.size()) {
      throw wrong("it ends too early");
    }
    String name = words.get(at++);
    List<Check> checks = new ArrayList<>();
    Glob pattern = Glob.of(name, false, false, true);
    parts.forEach(
        (part, check) -> {
          if (name.equals("them") ? !part.startsWith("_") : pattern.matches(part)) {
            checks.add(check);
          }
        });
    if (checks.isEmpty()) {
      throw wrong("no search identifier is called " + name);
    }
    return switch (number) {
      case "1", "any" -> new Check.Any(checks);
      case "all" -> new Check.All(checks);
      default -> throw wrong("\"%s of\" is neither \"1 of\" nor \"all of\"".formatted(number));
    };
  }
}

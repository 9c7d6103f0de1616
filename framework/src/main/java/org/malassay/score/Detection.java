package org.malassay.score;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads the part of a rule that says what it looks for, for one log source. */
final class Detection {
  private static final Set<String> MODIFIERS =
      Set.of(
          "contains",
          "startswith",
          "endswith",
          "all",
          "cased",
          "re",
          "i",
          "m",
          "s",
          "cidr",
          "exists",
          "fieldref",
          "lt",
          "lte",
          "gt",
          "gte",
          "neq");

  /** Right in Sigma, and of no use for what is recorded here. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "base64",
          "base64offset",
          "wide",
          "utf16",
          "utf16le",
          "utf16be",
          "windash",
          "expand",
          "minute",
          "hour",
          "day",
          "week",
          "month",
          "year");

  private final LogSource source;

  private Detection(LogSource source) {
    this.source = source;
  }

  /**
   * @throws RuleException if it is none; the message begins with the field
   * @throws Unsupported if it asks for what cannot be evaluated
   */
  static Check read(JsonNode detection, LogSource source) throws Unsupported {
    if (!detection.isObject() || detection.path("condition").isMissingNode()) {
      throw new RuleException("detection: it needs search identifiers and a condition");
    }
    Detection reader = new Detection(source);
    Map<String, Check> parts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> part : detection.properties()) {
      if (!Set.of("condition", "timeframe").contains(part.getKey())) {
        parts.put(part.getKey(), reader.identifier("detection." + part.getKey(), part.getValue()));
      }
    }
    List<Check> conditions = new ArrayList<>();
    JsonNode condition = detection.path("condition");
    for (JsonNode one : condition.isArray() ? condition : List.of(condition)) {
      if (!one.isTextual()) {
        throw new RuleException("detection.condition: it is no text");
      }
      try {
        conditions.add(Condition.read(one.asText(), parts));
      } catch (RuleException e) {
        throw new RuleException("detection.condition: " + e.getMessage());
      }
    }
    if (conditions.isEmpty()) {
      throw new RuleException("detection.condition: it is empty");
    }
    return new Check.Any(conditions);
  }

  private Check identifier(String where, JsonNode node) throws Unsupported {
    if (node.isObject()) {
      return map(where, node);
    }
    if (!node.isArray() || node.isEmpty()) {
      throw new RuleException(
          where + ": a search identifier is a map of fields, or a list of maps or of keywords");
    }
    List<Check> checks = new ArrayList<>();
    for (JsonNode element : node) {
      checks.add(element.isObject() ? map(where, element) : keyword(where, element));
    }
    return new Check.Any(checks);
  }

  private Check map(String where, JsonNode map) throws Unsupported {
    List<Check> checks = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : map.properties()) {
      checks.add(field(where + "." + field.getKey(), field.getKey(), field.getValue()));
    }
    if (checks.isEmpty()) {
      throw new RuleException(where + ": it names no field");
    }
    return checks.size() == 1 ? checks.get(0) : new Check.All(checks);
  }

  private static Check keyword(String where, JsonNode value) {
    return new Check.Keyword(Glob.of(text(where, value), true, true, false));
  }

  private static String text(String where, JsonNode value) {
    if (!value.isValueNode() || value.isNull()) {
      throw new RuleException(where + ": a value is a text or a number");
    }
    return value.asText();
  }

  private Check field(String where, String key, JsonNode value) throws Unsupported {
    String[] words = key.split("\\|", -1);
    List<String> modifiers = Arrays.asList(words).subList(1, words.length);
    for (String modifier : modifiers) {
      if (UNSUPPORTED.contains(modifier)) {
        throw new Unsupported(where + ": the modifier " + modifier);
      }
      if (!MODIFIERS.contains(modifier)) {
        throw new RuleException(
            "%s: there is no modifier %s; there is: %s"
                .formatted(
                    where, modifier, String.join(", ", MODIFIERS.stream().sorted().toList())));
      }
    }
    List<JsonNode> values = new ArrayList<>();
    (value.isArray() ? value : List.of(value)).forEach(values::add);
    if (values.isEmpty()) {
      throw new RuleException(where + ": it has no value");
    }
    boolean all = modifiers.contains("all");
    if (words[0].isEmpty()) {
      List<Check> keywords = values.stream().map(one -> keyword(where, one)).toList();
      return all ? new Check.All(keywords) : new Check.Any(keywords);
    }
    LogField field = known(where, words[0]);
    List<Check> checks = new ArrayList<>();
    List<Glob> globs = new ArrayList<>();
    for (JsonNode one : values) {
      checks.add(value(where, field, modifiers, one, globs));
    }
    boolean onlyGlobs = globs.size() == values.size();
    Check check =
        all
            ? new Check.All(checks)
            : onlyGlobs
                ? Check.OneOf.of(field, globs)
                : checks.size() == 1 ? checks.get(0) : new Check.Any(checks);
    return modifiers.contains("neq") ? new Check.Not(check) : check;
  }

  private LogField known(String where, String name) throws Unsupported {
    LogField field = source.fields().get(name);
    if (field == null) {
      throw new Unsupported(
          "%s: nobody tells %s of %s; there is: %s"
              .formatted(where, name, source.word(), source.fieldNames()));
    }
    return field;
  }

  /** One value of a field; one that is compared as text, small as capital, is a glob as well. */
  private Check value(
      String where, LogField field, List<String> modifiers, JsonNode value, List<Glob> globs)
      throws Unsupported {
    if (modifiers.contains("exists")) {
      if (!value.isBoolean()) {
        throw new RuleException(where + ": true or false");
      }
      return new Check.Exists(field, value.asBoolean());
    }
    if (value.isNull()) {
      return new Check.Exists(field, false);
    }
    String text = text(where, value);
    if (modifiers.contains("fieldref")) {
      return new Check.SameAs(field, known(where, text));
    }
    if (modifiers.contains("re")) {
      return new Check.Finds(field, expression(where, modifiers, text));
    }
    if (modifiers.contains("cidr")) {
      AddressBlock block =
          AddressBlock.parse(text)
              .orElseThrow(
                  () ->
                      new RuleException(
                          "%s: %s is no block of addresses, such as 10.0.0.0/8"
                              .formatted(where, text)));
      return new Check.Has(field, block::contains);
    }
    for (String comparison : List.of("lt", "lte", "gt", "gte")) {
      if (modifiers.contains(comparison)) {
        return new Check.Has(field, number(comparison(comparison, limit(where, text))));
      }
    }
    checkAuditType(where, field, text);
    boolean contains = modifiers.contains("contains");
    boolean before = contains || modifiers.contains("endswith");
    boolean behind = contains || modifiers.contains("startswith");
    if (modifiers.contains("cased")) {
      return new Check.Has(field, Glob.of(text, before, behind, true)::matches);
    }
    Glob glob = Glob.of(text, before, behind, false);
    globs.add(glob);
    return Check.OneOf.of(field, List.of(glob));
  }

  private void checkAuditType(String where, LogField field, String type) throws Unsupported {
    if (source == LogSource.AUDITD
        && field.name().equals("type")
        && LogSource.AUDIT_TYPES.stream().noneMatch(type::equalsIgnoreCase)) {
      throw new Unsupported(
          "%s: nobody tells %s of auditd; there is: %s"
              .formatted(where, type, String.join(", ", LogSource.AUDIT_TYPES)));
    }
  }

  private static Expression expression(String where, List<String> modifiers, String text) {
    int flags = modifiers.contains("i") ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0;
    flags |= modifiers.contains("m") ? Pattern.MULTILINE : 0;
    flags |= modifiers.contains("s") ? Pattern.DOTALL : 0;
    try {
      return Expression.of(text, flags);
    } catch (PatternSyntaxException e) {
      throw new RuleException(
          "%s: %s is no regular expression: %s".formatted(where, text, e.getDescription()));
    }
  }

  private static double limit(String where, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new RuleException("%s: %s is no number".formatted(where, text));
    }
  }

  private static DoublePredicate comparison(String name, double limit) {
    return switch (name) {
      case "lt" -> value -> value < limit;
      case "lte" -> value -> value <= limit;
      case "gt" -> value -> value > limit;
      default -> value -> value >= limit;
    };
  }

  /** What is no number is neither less nor more. */
  private static Predicate<String> number(DoublePredicate of) {
    return text -> {
      try {
        return of.test(Double.parseDouble(text));
      } catch (NumberFormatException e) {
        return false;
      }
    };
  }
}

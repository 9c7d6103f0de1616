package org.malassay.score;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads files of Sigma rules into searches and correlations. */
final class RuleReader {
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private static final Pattern TECHNIQUE = Pattern.compile("attack\\.(t\\d{4}(?:\\.\\d{3})?)");
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhd])");
  private static final int MOST_COUNTED = 100_000;

  /** What a rule of somebody else's counts: by how well its author has tried it. */
  private static final Map<String, Double> CONFIDENCE =
      Map.of("stable", 0.9, "test", 0.7, "experimental", 0.5);

  private static final double UNTRIED = 0.5;
  private static final double ATTEMPT = 0.5;

  private final List<Search> searches = new ArrayList<>();
  private final List<Joined> joined = new ArrayList<>();
  private final List<RuleBook.Unevaluated> unevaluated = new ArrayList<>();
  private final Map<String, String> files = new HashMap<>();

  /** What a correlation's document says, before all others are known. */
  private record Document(JsonNode root, String file, String id) {}

  private final List<Document> correlations = new ArrayList<>();
  private final Set<String> notEvaluated = new HashSet<>();
  private final Map<String, Integer> byName = new HashMap<>();

  List<Search> searches() {
    return List.copyOf(searches);
  }

  List<Joined> joined() {
    return List.copyOf(joined);
  }

  List<RuleBook.Unevaluated> unevaluated() {
    return List.copyOf(unevaluated);
  }

  /**
   * A rule that looks at single records.
   *
   * @param source whose records
   * @param check what it looks for
   * @param silent true when it is part of a correlation alone
   */
  record Search(Rule rule, LogSource source, Check check, boolean silent) {}

  /** A rule that looks at several records together. */
  record Joined(Rule rule, Correlation correlation) {}

  /**
   * Reads one file; its correlations are read by {@link #join}.
   *
   * @throws RuleException if it is wrong; the message names the file, the rule and the field
   */
  void read(String file, byte[] text) {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      while (documents.hasNextValue()) {
        JsonNode root = documents.nextValue();
        if (root != null && !root.isNull() && !root.isMissingNode()) {
          document(file, root);
        }
      }
    } catch (JsonProcessingException e) {
      throw new RuleException(
          "%s%s: this is no YAML: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr(),
                  firstLine(e.getOriginalMessage())));
    } catch (IOException e) {
      throw new RuleException("%s: this is no YAML: %s".formatted(file, e.getMessage()));
    } catch (StackOverflowError e) {
      throw new RuleException(file + ": it is nested too deep");
    }
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private void document(String file, JsonNode root) {
    if (!root.isObject()) {
      throw new RuleException(file + ": a rule is a map with title, logsource and detection");
    }
    String title = root.path("title").asText("");
    String id = root.path("id").asText(title);
    if (title.isEmpty()) {
      throw new RuleException("%s, rule %s: title: it has none".formatted(file, id));
    }
    String other = files.putIfAbsent(id, file);
    if (other != null) {
      throw new RuleException(
          "%s, rule %s: id: %s has a rule of this id"
              .formatted(file, id, other.equals(file) ? "the same file" : other));
    }
    if (root.has("correlation")) {
      correlations.add(new Document(root, file, id));
      return;
    }
    try {
      if (root.has("filter")) {
        throw new Unsupported("filters of other rules");
      }
      LogSource source = source(root.path("logsource"));
      Check check = Detection.read(root.path("detection"), source);
      add(root, id, new Search(rule(file, id, root), source, check, false));
    } catch (Unsupported e) {
      leave(file, id, root, e);
    } catch (RuleException e) {
      throw new RuleException("%s, rule %s: %s".formatted(file, id, e.getMessage()));
    }
  }

  private void leave(String file, String id, JsonNode root, Unsupported why) {
    unevaluated.add(
        new RuleBook.Unevaluated(
            id, root.path("title").asText(""), file, String.valueOf(why.getMessage())));
    notEvaluated.add(id);
    if (root.has("name")) {
      notEvaluated.add(root.path("name").asText());
    }
  }

  private void add(JsonNode root, String id, Search search) {
    byName.put(id, searches.size());
    if (root.has("name")) {
      byName.put(root.path("name").asText(), searches.size());
    }
    searches.add(search);
  }

  private static LogSource source(JsonNode logsource) throws Unsupported {
    if (!logsource.isObject()) {
      throw new RuleException(
          "logsource: it has none; it is product linux and one of " + LogSource.words());
    }
    String product = logsource.path("product").asText("linux");
    if (!product.equals("linux")) {
      throw new Unsupported("logsource.product: it is for " + product);
    }
    Optional<String> category = word(logsource, "category");
    Optional<String> service = word(logsource, "service");
    Optional<LogSource> source = LogSource.find(category, service);
    if (source.isEmpty()) {
      throw new Unsupported(
          "logsource: nobody records %s; there is: %s"
              .formatted(
                  category.isEmpty() && service.isEmpty()
                      ? "all of Linux in one log"
                      : Stream.concat(
                              category.map(it -> "category " + it).stream(),
                              service.map(it -> "service " + it).stream())
                          .collect(joining(" and ")),
                  LogSource.words()));
    }
    return source.get();
  }

  private static Optional<String> word(JsonNode node, String key) {
    return Optional.ofNullable(node.get(key)).map(JsonNode::asText);
  }

  private static Rule rule(String file, String id, JsonNode root) {
    Optional<String> level = word(root, "level");
    Level grave =
        level
            .map(
                word ->
                    Level.find(word)
                        .orElseThrow(
                            () ->
                                new RuleException(
                                    "level: there is no level %s; there is: %s"
                                        .formatted(word, Level.words()))))
            .orElse(Level.MEDIUM);
    JsonNode own = root.path("malassay");
    if (!own.isMissingNode() && !own.isObject()) {
      throw new RuleException("malassay: it is a map of " + String.join(", ", OWN));
    }
    for (Map.Entry<String, JsonNode> field : own.properties()) {
      if (!OWN.contains(field.getKey())) {
        throw new RuleException(
            "malassay.%s: there is: %s".formatted(field.getKey(), String.join(", ", OWN)));
      }
    }
    if (own.has("severity") && own.path("severity").asInt(-1) != grave.severity()) {
      throw new RuleException(
          "malassay.severity: it is %s, but that of level %s is %d"
              .formatted(own.path("severity").asText(), grave.word(), grave.severity()));
    }
    return new Rule(
        id,
        root.path("title").asText(),
        word(root, "author"),
        texts(root.path("tags")).stream()
            .map(TECHNIQUE::matcher)
            .filter(Matcher::matches)
            .map(tag -> tag.group(1).toUpperCase(Locale.ROOT))
            .toList(),
        texts(root.path("references")),
        grave,
        dimensions(own.path("dimension")),
        share(own, "confidence", CONFIDENCE.getOrDefault(root.path("status").asText(""), UNTRIED)),
        share(own, "attempt", ATTEMPT),
        word(own, "was"),
        word(own, "stage"),
        file);
  }

  private static final List<String> OWN =
      List.of("dimension", "severity", "confidence", "attempt", "was", "stage");

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  /** One, or a list of some; that of the device, unless a rule says another. */
  private static List<Dimension> dimensions(JsonNode node) {
    if (node.isMissingNode()) {
      return List.of(Dimension.ENVIRONMENT);
    }
    Set<Dimension> named = new HashSet<>();
    for (JsonNode one : node.isArray() ? node : List.of(node)) {
      named.add(
          Dimension.find(one.asText())
              .orElseThrow(
                  () ->
                      new RuleException(
                          "malassay.dimension: there is no dimension %s; there is: %s"
                              .formatted(one.asText(), Dimension.words()))));
    }
    return Arrays.stream(Dimension.values()).filter(named::contains).toList();
  }

  private static double share(JsonNode own, String name, double otherwise) {
    JsonNode share = own.path(name);
    if (share.isMissingNode()) {
      return otherwise;
    }
    if (!share.isNumber() || share.asDouble() < 0 || share.asDouble() > 1) {
      throw new RuleException(
          "malassay.%s: a number from 0 to 1, not %s".formatted(name, share.asText()));
    }
    return share.asDouble();
  }

  /**
   * Reads the correlations, when all files are read.
   *
   * @throws RuleException if one is wrong
   */
  void join() {
    for (Document document : correlations) {
      try {
        join(document);
      } catch (Unsupported e) {
        leave(document.file(), document.id(), document.root(), e);
      } catch (RuleException e) {
        throw new RuleException(
            "%s, rule %s: %s".formatted(document.file(), document.id(), e.getMessage()));
      }
    }
  }

  private void join(Document document) throws Unsupported {
    JsonNode node = document.root().path("correlation");
    Correlation.Type type = type(node.path("type").asText(""));
    List<Integer> parts = new ArrayList<>();
    for (String name : texts(node.path("rules"))) {
      parts.add(part(name));
    }
    if (parts.isEmpty()) {
      throw new RuleException("correlation.rules: it names none");
    }
    JsonNode condition = node.path("condition");
    boolean counts = type == Correlation.Type.EVENT_COUNT || type == Correlation.Type.VALUE_COUNT;
    List<String> counted = new ArrayList<>();
    if (type == Correlation.Type.VALUE_COUNT) {
      JsonNode field = condition.path("field");
      counted.addAll(field.isArray() ? texts(field) : List.of(field.asText("")));
    }
    Correlation correlation =
        new Correlation(
            type,
            parts,
            fields("group-by", parts, texts(node.path("group-by")), node.path("aliases")),
            fields("condition.field", parts, counted, node.path("aliases")),
            span(node.path("timespan").asText("")),
            counts ? least(condition) : parts.size());
    Rule rule = rule(document.file(), document.id(), document.root());
    joined.add(new Joined(rule, correlation));
    if (!node.path("generate").asBoolean(false)) {
      for (int part : parts) {
        Search search = searches.get(part);
        searches.set(part, new Search(search.rule(), search.source(), search.check(), true));
      }
    }
  }

  private static Correlation.Type type(String word) throws Unsupported {
    for (Correlation.Type type : Correlation.Type.values()) {
      if (type.word().equals(word)) {
        return type;
      }
    }
    String known =
        Arrays.stream(Correlation.Type.values()).map(Correlation.Type::word).collect(joining(", "));
    if (Set.of("value_sum", "value_avg", "value_percentile", "value_median").contains(word)) {
      throw new Unsupported(
          "correlation.type: %s is not evaluated; there is: %s".formatted(word, known));
    }
    throw new RuleException(
        "correlation.type: there is no type \"%s\"; there is: %s".formatted(word, known));
  }

  private int part(String name) throws Unsupported {
    Integer part = byName.get(name);
    if (part != null) {
      return part;
    }
    if (notEvaluated.contains(name)) {
      throw new Unsupported("correlation.rules: rule %s is not evaluated".formatted(name));
    }
    if (correlations.stream()
        .anyMatch(it -> it.id().equals(name) || it.root().path("name").asText("").equals(name))) {
      throw new Unsupported("correlation.rules: %s is a correlation itself".formatted(name));
    }
    throw new RuleException("correlation.rules: there is no rule with the id or name " + name);
  }

  private Map<Integer, List<LogField>> fields(
      String where, List<Integer> parts, List<String> names, JsonNode aliases) throws Unsupported {
    Map<Integer, List<LogField>> fields = new LinkedHashMap<>();
    for (int part : parts) {
      Search search = searches.get(part);
      List<LogField> its = new ArrayList<>();
      for (String name : names) {
        String real = alias(name, search.rule().id(), part, aliases);
        LogField field = search.source().fields().get(real);
        if (field == null) {
          throw new Unsupported(
              "correlation.%s: nobody tells \"%s\" of %s; there is: %s"
                  .formatted(where, real, search.source().word(), search.source().fieldNames()));
        }
        its.add(field);
      }
      fields.put(part, its);
    }
    return fields;
  }

  private String alias(String name, String id, int part, JsonNode aliases) {
    for (Map.Entry<String, JsonNode> real : aliases.path(name).properties()) {
      if (real.getKey().equals(id) || Integer.valueOf(part).equals(byName.get(real.getKey()))) {
        return real.getValue().asText();
      }
    }
    return name;
  }

  private static Duration span(String text) {
    Matcher span = SPAN.matcher(text);
    if (!span.matches()) {
      throw new RuleException(
          "correlation.timespan: \"%s\" is none; it is a number and one of s, m, h, d"
              .formatted(text));
    }
    long number = Long.parseLong(span.group(1));
    return switch (span.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  private static int least(JsonNode condition) throws Unsupported {
    for (String other : List.of("lt", "lte", "eq", "neq")) {
      if (condition.has(other)) {
        throw new Unsupported(
            "correlation.condition.%s: only gt and gte are evaluated".formatted(other));
      }
    }
    JsonNode least = condition.has("gte") ? condition.path("gte") : condition.path("gt");
    int number = least.asInt(-1) + (condition.has("gte") ? 0 : 1);
    if (!least.isInt() || number < 1 || number > MOST_COUNTED) {
      throw new RuleException(
          "correlation.condition: it needs gte or gt with a number up to " + MOST_COUNTED);
    }
    return number;
  }
}

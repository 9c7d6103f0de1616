package org.malassay.reports.latex;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Figures;
import org.malassay.reports.comparison.Pair;
import org.malassay.reports.comparison.ScoreShift;
import org.malassay.reports.comparison.Scores;
import org.malassay.reports.comparison.TechniqueCounts;
import org.malassay.reports.writing.RunFact;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;
import org.malassay.score.Dimension;
import org.malassay.verdict.Cause;

/** The tables of a paper: the figures of the comparison, in columns that fit a page. */
final class PaperTables {
  /** What was not measured, or cannot be said. */
  private static final String NOTHING = "–";

  /** As many combinations of verdicts as a reader looks at. */
  private static final int COMBINATIONS = 16;

  /** The samples of one combination that are named. */
  private static final int NAMED = 2;

  /** As many characters of their names are shown. */
  private static final int NAME = 24;

  private final List<Result> rows;
  private final Comparison comparison;
  private final Words words;

  /**
   * @param rows sorted
   */
  PaperTables(List<Result> rows, Comparison comparison, Words words) {
    this.rows = rows;
    this.comparison = comparison;
    this.words = words;
  }

  /** All that have rows. */
  List<TexTable> all(RunHeader header) {
    return Stream.of(
            answer(),
            combinations(),
            causes(),
            pairs(),
            shifts(),
            dimensions(),
            techniques(),
            versions(header))
        .filter(table -> !table.rows().isEmpty())
        .toList();
  }

  private List<String> head(String key) {
    return words.titles("latex." + key + ".head");
  }

  private TexTable table(String key, String columns, List<String> head, List<List<String>> rows) {
    return new TexTable(key, words.get("latex." + key), columns, head, rows);
  }

  private List<String> environments() {
    return comparison.environments().stream()
        .map(figures -> words.environment(figures.environment()))
        .toList();
  }

  private TexTable answer() {
    List<List<String>> lines = new ArrayList<>();
    for (Figures it : comparison.environments()) {
      OptionalDouble share = it.share();
      lines.add(
          List.of(
              words.environment(it.environment()),
              String.valueOf(it.conclusive()),
              String.valueOf(it.executable()),
              share.isPresent() ? words.percent(share.getAsDouble()) : NOTHING,
              it.interval().map(ci -> words.percents(ci.low(), ci.high())).orElse(NOTHING),
              score(it.threat(), it.threat().mean(), it.threatTells()),
              score(it.threat(), it.threat().median(), it.threatTells()),
              score(it.impact(), it.impact().mean(), it.impactTells()),
              score(it.impact(), it.impact().median(), it.impactTells())));
    }
    return table("answer", TexTable.columns("l", 8), head("answer"), lines);
  }

  private String score(Scores scores, double score, boolean tells) {
    return tells && scores.count() > 0 ? digits(score) : NOTHING;
  }

  /** Two digits, so that points stand below one another. */
  private static String digits(double number) {
    return String.format(Locale.ROOT, "%.2f", number);
  }

  /** The matrix of the page, in short: which verdicts stand beside one another, and how often. */
  private TexTable combinations() {
    Map<List<String>, List<Result>> byVerdicts = new LinkedHashMap<>();
    for (Map<String, Result> sample : Comparison.bySample(rows).values()) {
      List<String> verdicts =
          comparison.environments().stream()
              .map(it -> Optional.ofNullable(sample.get(it.environment())))
              .map(
                  row ->
                      row.map(it -> words.get("verdict." + it.verdict().outcome())).orElse(NOTHING))
              .toList();
      byVerdicts
          .computeIfAbsent(verdicts, key -> new ArrayList<>())
          .add(sample.values().iterator().next());
    }
    List<List<String>> lines = new ArrayList<>();
    byVerdicts.entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                (Map.Entry<List<String>, List<Result>> it) -> -it.getValue().size()))
        .limit(COMBINATIONS)
        .forEach(it -> lines.add(combination(it.getKey(), it.getValue())));
    int environments = comparison.environments().size();
    int left = byVerdicts.size() - lines.size();
    if (left > 0) {
      List<String> line = new ArrayList<>();
      line.add(words.get("latex.combinations.left", left));
      while (line.size() < environments + 2) {
        line.add("");
      }
      lines.add(line);
    }
    return table(
        "combinations",
        "q".repeat(environments) + "rp",
        TexTable.head(environments(), head("combinations")),
        lines);
  }

  private static List<String> combination(List<String> verdicts, List<Result> samples) {
    List<String> line = new ArrayList<>(verdicts);
    line.add(String.valueOf(samples.size()));
    line.add(
        String.join(", ", samples.stream().limit(NAMED).map(it -> Wording.title(it, NAME)).toList())
            + (samples.size() > NAMED ? ", …" : ""));
    return line;
  }

  private TexTable causes() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(counts("verdict.EXECUTABLE", Figures::executable));
    for (Cause.Type type : Cause.Type.values()) {
      if (comparison.environments().stream().anyMatch(it -> it.causes().containsKey(type))) {
        lines.add(counts("cause." + type, it -> it.causes().getOrDefault(type, 0)));
      }
    }
    return table(
        "causes",
        TexTable.columns("l", comparison.environments().size()),
        TexTable.head(head("causes"), environments()),
        comparison.environments().isEmpty() ? List.of() : lines);
  }

  private interface Count {
    int of(Figures figures);
  }

  private List<String> counts(String key, Count count) {
    List<String> line = new ArrayList<>();
    line.add(words.get(key));
    comparison.environments().forEach(it -> line.add(String.valueOf(count.of(it))));
    return line;
  }

  private TexTable pairs() {
    List<List<String>> lines = new ArrayList<>();
    for (Pair pair : comparison.pairs()) {
      lines.add(
          List.of(
              words.environment(pair.first()),
              words.environment(pair.second()),
              String.valueOf(pair.samples()),
              String.valueOf(pair.verdicts().onlyFirst()),
              String.valueOf(pair.verdicts().onlySecond()),
              pair.samples() == 0 ? NOTHING : words.digits(pair.verdicts().p()),
              probability(pair.verdictsP())));
    }
    return table("pairs", "llrrrrr", head("pairs"), lines);
  }

  private TexTable shifts() {
    List<List<String>> lines = new ArrayList<>();
    for (Pair pair : comparison.pairs()) {
      shift(lines, pair, "threat", pair.threat(), pair.threatP());
      shift(lines, pair, "impact", pair.impact(), pair.impactP());
    }
    return table("shifts", "lllrrrrr", head("shifts"), lines);
  }

  private void shift(
      List<List<String>> lines,
      Pair pair,
      String score,
      Optional<ScoreShift> shift,
      OptionalDouble holm) {
    shift.ifPresent(
        it ->
            lines.add(
                List.of(
                    words.environment(pair.first()),
                    words.environment(pair.second()),
                    words.get("latex." + score),
                    String.valueOf(it.samples()),
                    digits(it.medianDifference()),
                    digits(it.delta()),
                    probability(it.p()),
                    probability(holm))));
  }

  private String probability(OptionalDouble p) {
    return p.isPresent() ? words.digits(p.getAsDouble()) : NOTHING;
  }

  private TexTable dimensions() {
    List<List<String>> lines = new ArrayList<>();
    for (Figures figures : comparison.environments()) {
      List<String> line = new ArrayList<>();
      line.add(words.environment(figures.environment()));
      for (Dimension dimension : Dimension.values()) {
        Optional<Scores> scores =
            Optional.ofNullable(figures.impactOn().get(dimension)).filter(it -> it.count() > 0);
        line.add(
            scores.map(it -> digits(it.mean()) + " (" + digits(it.median()) + ")").orElse(NOTHING));
      }
      lines.add(line);
    }
    return table(
        "dimensions",
        TexTable.columns("l", Dimension.values().length),
        TexTable.head(
            head("dimensions"),
            Stream.of(Dimension.values()).map(it -> words.get("dimension." + it.word())).toList()),
        lines);
  }

  private TexTable techniques() {
    List<List<String>> lines = new ArrayList<>();
    TechniqueCounts.of(rows)
        .byTechnique()
        .forEach(
            (technique, counts) -> {
              List<String> line = new ArrayList<>();
              line.add(technique);
              counts.forEach(
                  it -> line.add(it.isPresent() ? String.valueOf(it.getAsInt()) : NOTHING));
              lines.add(line);
            });
    return table(
        "techniques",
        TexTable.columns("l", comparison.environments().size()),
        TexTable.head(head("techniques"), environments()),
        lines);
  }

  private TexTable versions(RunHeader header) {
    return table(
        "versions",
        "ppp",
        head("versions"),
        RunFact.of(header, words).stream()
            .map(it -> List.of(it.of(), it.name(), it.value()))
            .toList());
  }
}

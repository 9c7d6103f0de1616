package org.malassay.reports.html;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Figures;
import org.malassay.reports.comparison.Interval;
import org.malassay.reports.comparison.Pair;
import org.malassay.reports.comparison.ScoreShift;
import org.malassay.reports.comparison.Scores;
import org.malassay.reports.comparison.TechniqueCounts;
import org.malassay.reports.writing.Cell;
import org.malassay.reports.writing.RunFact;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;
import org.malassay.sample.SafeText;

/** The small tables of the page. */
final class Tables {
  /** The samples of one difference that are named. */
  private static final int NAMED = 8;

  /** The reasons of differences that are shown; the choice above the matrix has all. */
  private static final int MOST = 100;

  private final Comparison comparison;
  private final Map<String, List<Result>> rows;
  private final Words words;

  Tables(Comparison comparison, Map<String, List<Result>> rows, Words words) {
    this.comparison = comparison;
    this.rows = rows;
    this.words = words;
  }

  private Table table(String key, List<List<Cell>> rows) {
    return table(key, rows, List.of());
  }

  /** The figures of each environment. */
  Table answer() {
    List<List<Cell>> lines = new ArrayList<>();
    for (int i = 0; i < comparison.environments().size(); i++) {
      Figures it = comparison.environments().get(i);
      String env = "env=" + i;
      lines.add(
          List.of(
              Cell.of(words.environment(it.environment())).to(env),
              Cell.number(it.samples()).to(env),
              Cell.number(it.executable()).to(env + "&verdict=0"),
              Cell.number(it.notExecutable()).to(env + "&verdict=1"),
              Cell.number(it.inconclusive()).to(env + "&verdict=2"),
              Cell.number(words.percent(it.share())),
              interval(it.interval()),
              score(it.threat().mean(), it.threat(), it.threatTells(), env + "&scored=threat"),
              score(it.threat().median(), it.threat(), it.threatTells(), env + "&scored=threat"),
              score(it.impact().mean(), it.impact(), it.impactTells(), env + "&scored=impact"),
              score(it.impact().median(), it.impact(), it.impactTells(), env + "&scored=impact"),
              Cell.number(tau(it.labelAgainstImpact()))));
    }
    return table("answer", lines);
  }

  String tau(OptionalDouble tau) {
    return tau.isPresent() ? words.score(tau) : words.get("html.undefined");
  }

  Cell interval(Optional<Interval> interval) {
    return Cell.number(
        interval.map(it -> words.percents(it.low(), it.high())).orElse(words.get("none")));
  }

  private Cell score(double score, Scores scores, boolean tells, String state) {
    return tells && scores.count() > 0
        ? new Cell(words.score(score), "#" + state, "number")
        : Cell.number(words.get("none"));
  }

  /** The tests of each two environments. */
  Table pairs() {
    List<List<Cell>> lines = new ArrayList<>();
    List<String> names = comparison.environments().stream().map(Figures::environment).toList();
    for (Pair pair : comparison.pairs()) {
      int first = names.indexOf(pair.first());
      int second = names.indexOf(pair.second());
      List<Cell> line = new ArrayList<>(pair(pair));
      line.set(1, line.get(1).to("both=%d-%d".formatted(first, second)));
      line.set(2, line.get(2).to("only=%d-%d".formatted(first, second)));
      line.set(3, line.get(3).to("only=%d-%d".formatted(second, first)));
      lines.add(line);
    }
    return table("pairs", lines);
  }

  /** The tests of two environments, by samples or by clusters. */
  List<Cell> pair(Pair pair) {
    return List.of(
        Cell.of(
            words.get(
                "html.pair", words.environment(pair.first()), words.environment(pair.second()))),
        Cell.number(pair.samples()),
        Cell.number(pair.verdicts().onlyFirst()),
        Cell.number(pair.verdicts().onlySecond()),
        Cell.number(probability(pair.verdictsP(), "none")),
        Cell.number(shift(pair.threat(), pair.threatP())),
        Cell.number(shift(pair.impact(), pair.impactP())));
  }

  private String shift(Optional<ScoreShift> shift, OptionalDouble p) {
    return shift
        .map(
            it ->
                words.score(it.medianDifference())
                    + ", δ "
                    + words.score(it.delta())
                    + ", "
                    + probability(p, "html.undefined"))
        .orElse(words.get("none"));
  }

  private String probability(OptionalDouble p, String otherwise) {
    return p.isPresent() ? words.probability(p.getAsDouble()) : words.get(otherwise);
  }

  /** The differences between environments, a line a reason. */
  Table differences(Differences differences) {
    List<List<Cell>> lines = new ArrayList<>();
    for (int i = 0; i < Math.min(MOST, differences.groups().size()); i++) {
      Differences.Group group = differences.groups().get(i);
      List<Result> samples = group.samples();
      String named =
          String.join(", ", samples.stream().limit(NAMED).map(Wording::title).toList())
              + (samples.size() > NAMED ? ", …" : "");
      lines.add(
          List.of(
              Cell.of(words.get("difference." + group.kind().name())),
              Cell.of(group.why()),
              Cell.number(samples.size()).to("why=" + i),
              new Cell(named, "", "names")));
    }
    return table("differences", lines);
  }

  /** How many samples fulfil a rule of each technique, by environment; – where nobody looked. */
  Table techniques() {
    List<List<Cell>> lines = new ArrayList<>();
    TechniqueCounts.of(rows.values().stream().flatMap(List::stream).toList())
        .byTechnique()
        .forEach(
            (technique, counts) -> {
              List<Cell> line = new ArrayList<>();
              line.add(Cell.of(technique).to("tech=" + state(technique)));
              for (int i = 0; i < counts.size(); i++) {
                OptionalInt count = counts.get(i);
                line.add(
                    count.isPresent()
                        ? Cell.number(count.getAsInt())
                            .to("env=%d&tech=%s".formatted(i, state(technique)))
                        : Cell.number("–"));
              }
              lines.add(line);
            });
    return table("techniques", lines, environments());
  }

  List<String> environments() {
    return comparison.environments().stream()
        .map(it -> words.environment(it.environment()))
        .toList();
  }

  private static String state(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** With more columns than those whose titles are words. */
  Table table(String key, List<List<Cell>> rows, List<String> more) {
    List<String> head = new ArrayList<>(words.titles("table." + key + ".head"));
    head.addAll(more);
    return new Table(words.get("table." + key), head, rows);
  }

  /** The thesis's table U: the kinds of file of the corpus, run or not. */
  Table fileTypes(RunDirectory run) throws IOException {
    Map<List<String>, int[]> counts =
        new TreeMap<>((one, other) -> String.join("\t", one).compareTo(String.join("\t", other)));
    run.forEachCorpusEntry(
        entry ->
            counts
                .computeIfAbsent(
                    Stream.of(
                            entry.facts().fileType(),
                            entry.facts().architecture(),
                            entry.facts().abi(),
                            entry.facts().linkage())
                        .map(SafeText::printable)
                        .toList(),
                    kind -> new int[2])[entry.duplicateOf().isPresent() ? 1 : 0]++);
    List<List<Cell>> lines = new ArrayList<>();
    counts.forEach(
        (kind, count) -> {
          List<Cell> line = new ArrayList<>();
          kind.forEach(it -> line.add(Cell.of(it)));
          String state = "kind=" + state(String.join("|", kind));
          line.set(0, line.get(0).to(state));
          line.add(Cell.number(count[0]).to(state));
          line.add(Cell.number(count[1]));
          lines.add(line);
        });
    return table("files", lines);
  }

  /** The thesis's table T: versions, host, options and facts of the environments. */
  Table versions(RunHeader header) {
    return table(
        "versions",
        RunFact.of(header, words).stream()
            .map(
                it ->
                    List.of(
                        Cell.of(SafeText.printable(it.of())),
                        Cell.of(SafeText.printable(it.name())),
                        new Cell(SafeText.printable(it.value()), "", "names")))
            .toList());
  }
}

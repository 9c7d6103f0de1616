package org.malassay.reports.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.AgainstBaseline;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Figures;
import org.malassay.reports.comparison.Flips;
import org.malassay.reports.comparison.Pair;
import org.malassay.reports.comparison.ScoreShift;
import org.malassay.reports.comparison.Scores;
import org.malassay.reports.writing.Wording;
import org.malassay.score.Dimension;

/**
 * {@code comparison.csv}: the figures by which environments are compared, one a row. An empty cell
 * has no meaning for the figure, or is undefined.
 */
public final class ComparisonReport implements Report {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  @Override
  public String name() {
    return "comparison";
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    Comparison comparison = Comparison.of(runs.answers());
    Optional<AgainstBaseline> against = AgainstBaseline.of(runs);
    BaselineTable.write(runs.run().path(), against);
    Path file = runs.run().path().resolve("comparison.csv");
    WholeFile.writeText(
        file,
        out -> {
          FORMAT.printRecord(
              out, "figure", "environment", "other", "n", "value", "low", "high", "p", "p_holm");
          for (Row row : rows(comparison, Flips.of(runs.results()))) {
            FORMAT.printRecord(out, row.cells().toArray());
          }
        });
    return file;
  }

  private static List<Row> rows(Comparison comparison, Optional<Flips> flips) {
    List<Row> rows = new ArrayList<>();
    flips.ifPresent(it -> add(rows, it));
    comparison.environments().forEach(figures -> add(rows, figures));
    comparison
        .omnibus()
        .ifPresent(
            test ->
                rows.add(
                    Row.of("cochran_q", "", "", comparison.paired())
                        .value(test.q())
                        .p(OptionalDouble.of(test.p()), OptionalDouble.empty())));
    comparison.pairs().forEach(pair -> add(rows, pair));
    return rows;
  }

  private static void add(List<Row> rows, Flips flips) {
    flips
        .repeated()
        .forEach((environment, count) -> rows.add(Row.of("repeated", environment, "", count)));
    flips
        .counts()
        .forEach(
            (kind, counts) ->
                flips
                    .repeated()
                    .keySet()
                    .forEach(
                        environment ->
                            rows.add(
                                Row.of(
                                    "flips_" + kind.name().toLowerCase(Locale.ROOT),
                                    environment,
                                    "",
                                    counts.getOrDefault(environment, 0)))));
  }

  private static void add(List<Row> rows, Figures figures) {
    String name = figures.environment();
    Row executable = Row.of("executable_share", name, "", figures.conclusive());
    figures
        .interval()
        .ifPresent(
            it ->
                rows.add(executable.value(figures.share().orElse(0)).between(it.low(), it.high())));
    rows.add(Row.of("executable", name, "", figures.executable()));
    rows.add(Row.of("not_executable", name, "", figures.notExecutable()));
    rows.add(Row.of("inconclusive", name, "", figures.inconclusive()));
    rows.add(Row.of("impact_not_observed", name, "", figures.notObserved()));
    figures
        .causes()
        .forEach((cause, count) -> rows.add(Row.of("cause: " + cause.label(), name, "", count)));
    add(rows, "threat_score", name, figures.threat());
    add(rows, "impact_score", name, figures.impact());
    for (Dimension dimension : Dimension.values()) {
      Scores scores = figures.impactOn().getOrDefault(dimension, Scores.of(new double[0]));
      add(rows, "impact_" + dimension.word(), name, scores);
    }
    figures
        .labelAgainstImpact()
        .ifPresent(
            tau ->
                rows.add(
                    Row.of("kendall_tau_label_impact", name, "", figures.bothScores()).value(tau)));
  }

  private static void add(List<Row> rows, String figure, String environment, Scores scores) {
    if (scores.count() > 0) {
      rows.add(Row.of(figure + "_mean", environment, "", scores.count()).value(scores.mean()));
      rows.add(Row.of(figure + "_median", environment, "", scores.count()).value(scores.median()));
    }
  }

  private static void add(List<Row> rows, Pair pair) {
    rows.add(
        Row.of("mcnemar", pair.first(), pair.second(), pair.samples())
            .p(
                pair.samples() == 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(pair.verdicts().p()),
                pair.verdictsP()));
    rows.add(
        Row.of("runs_in_first_only", pair.first(), pair.second(), pair.verdicts().onlyFirst()));
    rows.add(
        Row.of("runs_in_second_only", pair.first(), pair.second(), pair.verdicts().onlySecond()));
    add(rows, "threat_score", pair, pair.threat(), pair.threatP());
    add(rows, "impact_score", pair, pair.impact(), pair.impactP());
  }

  private static void add(
      List<Row> rows, String score, Pair pair, Optional<ScoreShift> shift, OptionalDouble holm) {
    shift.ifPresent(
        it -> {
          rows.add(
              Row.of(score + "_wilcoxon", pair.first(), pair.second(), it.samples())
                  .value(it.medianDifference())
                  .p(it.p(), holm));
          rows.add(
              Row.of(score + "_cliffs_delta", pair.first(), pair.second(), it.samples())
                  .value(it.delta()));
        });
  }

  private record Row(List<String> cells) {
    private static final int VALUE = 4;
    private static final int LOW = 5;
    private static final int HIGH = 6;
    private static final int P = 7;
    private static final int HOLM = 8;

    static Row of(String figure, String environment, String other, int n) {
      return new Row(
          List.of(
              Cell.text(figure),
              Cell.text(environment),
              Cell.text(other),
              String.valueOf(n),
              "",
              "",
              "",
              "",
              ""));
    }

    Row value(double value) {
      return with(VALUE, OptionalDouble.of(value));
    }

    Row between(double low, double high) {
      return with(LOW, OptionalDouble.of(low)).with(HIGH, OptionalDouble.of(high));
    }

    Row p(OptionalDouble p, OptionalDouble holm) {
      return with(P, p).with(HOLM, holm);
    }

    private Row with(int column, OptionalDouble number) {
      List<String> more = new ArrayList<>(cells);
      more.set(column, number.isPresent() ? Wording.number(number.getAsDouble()) : "");
      return new Row(more);
    }
  }
}

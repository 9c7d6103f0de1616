package org.malassay.reports.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.AgainstBaseline;
import org.malassay.reports.comparison.Alternative;
import org.malassay.reports.comparison.ByCluster;
import org.malassay.reports.comparison.Clusters;
import org.malassay.reports.comparison.CochranQ;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Figures;
import org.malassay.reports.comparison.Flips;
import org.malassay.reports.comparison.Infections;
import org.malassay.reports.comparison.Pair;
import org.malassay.reports.comparison.ScoreShift;
import org.malassay.reports.comparison.Scores;
import org.malassay.reports.comparison.Sensitivity;
import org.malassay.reports.comparison.Suites;
import org.malassay.reports.comparison.Variants;
import org.malassay.reports.writing.ReportOptions;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.sample.CsvCell;
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
    Clusters near = Clusters.of(runs.run(), options.get(ReportOptions.CLUSTER_DISTANCE));
    List<Result> answers = runs.answers();
    List<Row> rows = new ArrayList<>();
    Flips.of(runs.results()).ifPresent(it -> add(rows, it));
    rows.addAll(rows(Comparison.of(answers)));
    ByCluster.of(answers, near).ifPresent(it -> rows.addAll(rows(it)));
    rows.addAll(rows(Sensitivity.of(answers)));
    BaselineTable.write(runs.run().path(), AgainstBaseline.of(runs));
    VariantsTable.write(runs.run().path(), Variants.of(answers));
    StagesTable.write(runs.run().path(), Infections.of(answers));
    SuiteTables.write(runs.run().path(), Suites.of(runs.run(), answers));
    Path file = runs.run().path().resolve("comparison.csv");
    WholeFile.writeText(
        file,
        out -> {
          FORMAT.printRecord(
              out,
              "figure",
              "environment",
              "other",
              "n",
              "value",
              "low",
              "high",
              "p",
              "p_holm",
              "unit");
          for (Row row : rows) {
            FORMAT.printRecord(out, row.cells().toArray());
          }
        });
    return file;
  }

  private static List<Row> rows(Comparison comparison) {
    List<Row> rows = new ArrayList<>();
    comparison.environments().forEach(figures -> add(rows, figures));
    comparison.omnibus().ifPresent(test -> rows.add(cochran(comparison.paired(), test)));
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

  /** The same of clusters of near-duplicates, as far as they have them. */
  private static List<Row> rows(ByCluster by) {
    List<Row> rows = new ArrayList<>();
    for (ByCluster.InEnvironment figures : by.environments()) {
      String name = figures.environment();
      Row share = Row.of("executable_share", name, "", figures.clusters());
      figures
          .interval()
          .ifPresent(
              it -> rows.add(share.value(figures.share().orElse(0)).between(it.low(), it.high())));
      add(rows, name, figures.threat(), figures.impact(), figures.impactOn());
      rows.add(tau(name, figures.bothScores(), figures.labelAgainstImpact()));
    }
    by.omnibus().ifPresent(test -> rows.add(cochran(by.paired(), test)));
    by.pairs().forEach(pair -> add(rows, pair));
    return rows.stream().map(Row::byCluster).toList();
  }

  /** What other tables, weights and rules would change. */
  private static List<Row> rows(Sensitivity sensitivity) {
    Words words = Words.of("en");
    List<Row> rows = new ArrayList<>();
    for (Alternative alternative : sensitivity.alternatives()) {
      String how = ": " + alternative.inWords(words);
      for (Alternative.Order order : alternative.orders()) {
        rows.add(
            Row.of("order_tau" + how, order.environment(), "", order.samples()).value(order.tau()));
        rows.add(
            Row.of(
                    "order_shift" + how,
                    order.environment(),
                    order.mover().orElse(""),
                    order.samples())
                .value(order.shift()));
      }
      for (Alternative.Places places : alternative.places()) {
        rows.add(
            Row.of(
                "environments_change_places" + how,
                places.first(),
                places.second(),
                places.change() ? 1 : 0));
      }
    }
    return rows;
  }

  private static Row cochran(int n, CochranQ test) {
    return Row.of("cochran_q", "", "", n)
        .value(test.q())
        .p(OptionalDouble.of(test.p()), OptionalDouble.empty());
  }

  /** Undefined where one of the scores does not vary. */
  private static Row tau(String environment, int n, OptionalDouble tau) {
    return Row.of("kendall_tau_label_impact", environment, "", n).value(tau);
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
    add(rows, name, figures.threat(), figures.impact(), figures.impactOn());
    rows.add(tau(name, figures.bothScores(), figures.labelAgainstImpact()));
  }

  private static void add(
      List<Row> rows,
      String environment,
      Scores threat,
      Scores impact,
      Map<Dimension, Scores> impactOn) {
    add(rows, "threat_score", environment, threat);
    add(rows, "impact_score", environment, impact);
    for (Dimension dimension : Dimension.values()) {
      Scores scores = impactOn.getOrDefault(dimension, Scores.of(new double[0]));
      add(rows, "impact_" + dimension.word(), environment, scores);
    }
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
    private static final int UNIT = 9;

    static Row of(String figure, String environment, String other, int n) {
      return new Row(
          List.of(
              CsvCell.text(figure),
              CsvCell.text(environment),
              CsvCell.text(other),
              String.valueOf(n),
              "",
              "",
              "",
              "",
              "",
              "sample"));
    }

    Row byCluster() {
      List<String> more = new ArrayList<>(cells);
      more.set(UNIT, "cluster");
      return new Row(more);
    }

    Row value(double value) {
      return value(OptionalDouble.of(value));
    }

    Row value(OptionalDouble value) {
      return with(VALUE, value);
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

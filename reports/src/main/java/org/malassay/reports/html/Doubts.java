package org.malassay.reports.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.malassay.reports.comparison.Alternative;
import org.malassay.reports.comparison.ByCluster;
import org.malassay.reports.comparison.Caveats;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Figures;
import org.malassay.reports.comparison.Pair;
import org.malassay.reports.comparison.Scores;
import org.malassay.reports.comparison.Sensitivity;
import org.malassay.reports.writing.Cell;
import org.malassay.reports.writing.Printable;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Words;
import org.malassay.sample.SafeText;

/** The tables of what is left by clusters of near-duplicates, and of what depends on choices. */
final class Doubts {
  /** The greatest clusters that are shown. */
  private static final int CLUSTERS = 12;

  /** The rules that are shown, those of greatest effect; comparison.csv has all. */
  private static final int RULES = 12;

  /** The signs of a sample's path that are shown. */
  private static final int LONGEST = 80;

  private final Tables tables;
  private final Comparison comparison;
  private final Words words;

  Doubts(Tables tables, Comparison comparison, Words words) {
    this.tables = tables;
    this.comparison = comparison;
    this.words = words;
  }

  /** The figures, the pairs and the greatest clusters; nothing where they were not looked for. */
  List<Table> clusters(Optional<ByCluster> byCluster) {
    if (byCluster.isEmpty()) {
      return List.of();
    }
    ByCluster by = byCluster.get();
    List<Table> all = new ArrayList<>(List.of(figures(by)));
    if (!by.pairs().isEmpty()) {
      all.add(pairs(by));
    }
    if (!several(by).isEmpty()) {
      all.add(greatest(by));
    }
    return all;
  }

  private Table figures(ByCluster by) {
    List<List<Cell>> lines = new ArrayList<>();
    for (Figures all : comparison.environments()) {
      ByCluster.InEnvironment it = by.in(all.environment());
      lines.add(
          List.of(
              Cell.of(words.environment(it.environment())),
              Cell.number(it.clusters()),
              Cell.number(words.percent(it.share())),
              tables.interval(it.interval()),
              score(it.threat(), it.threat().mean(), all.threatTells()),
              score(it.threat(), it.threat().median(), all.threatTells()),
              score(it.impact(), it.impact().mean(), all.impactTells()),
              score(it.impact(), it.impact().median(), all.impactTells()),
              Cell.number(tables.tau(it.labelAgainstImpact()))));
    }
    return tables.table("clusters", lines, List.of());
  }

  private Cell score(Scores scores, double score, boolean tells) {
    return Cell.number(tells && scores.count() > 0 ? words.score(score) : words.get("none"));
  }

  private Table pairs(ByCluster by) {
    List<List<Cell>> lines = new ArrayList<>();
    for (Pair pair : by.pairs()) {
      lines.add(tables.pair(pair));
    }
    return tables.table("clusters.pairs", lines, List.of());
  }

  private static List<ByCluster.Cluster> several(ByCluster by) {
    return by.clusters().stream().filter(it -> it.samples() > 1).limit(CLUSTERS).toList();
  }

  private Table greatest(ByCluster by) {
    List<List<Cell>> lines = new ArrayList<>();
    for (ByCluster.Cluster cluster : several(by)) {
      List<Cell> line = new ArrayList<>();
      line.add(new Cell(Printable.beginning(cluster.sample(), LONGEST), "", "names"));
      line.add(Cell.number(cluster.samples()));
      line.add(Cell.of(SafeText.printable(cluster.family().orElse(words.get("none")))));
      for (Figures figures : comparison.environments()) {
        Double share = cluster.shares().get(figures.environment());
        line.add(Cell.number(share == null ? "–" : words.percent(share)));
      }
      lines.add(line);
    }
    return tables.table("clusters.greatest", lines, tables.environments());
  }

  /** What each choice changes, those of the rules that change most. */
  Table choices(Sensitivity sensitivity) {
    List<List<Cell>> lines = new ArrayList<>();
    int rules = 0;
    for (Alternative it : sensitivity.alternatives()) {
      if (it.choice() == Alternative.Choice.WITHOUT_RULE && rules++ >= RULES) {
        continue;
      }
      List<Cell> line = new ArrayList<>();
      line.add(Cell.of(it.inWords(words)));
      line.add(
          Cell.of(
              it.places().isEmpty()
                  ? words.get("none")
                  : it.changesEnvironments()
                      ? words.get("html.choices.change", Caveats.changed(it, words))
                      : words.get("html.choices.stay")));
      for (Figures figures : comparison.environments()) {
        line.add(
            Cell.of(
                it.orders().stream()
                    .filter(order -> order.environment().equals(figures.environment()))
                    .findFirst()
                    .map(this::order)
                    .orElse("–")));
      }
      lines.add(line);
    }
    return tables.table("choices", lines, tables.environments());
  }

  private String order(Alternative.Order order) {
    return words.get("html.choices.order", tables.tau(order.tau()), words.score(order.shift()))
        + order.mover().map(it -> " (" + Printable.beginning(it, LONGEST) + ")").orElse("");
  }
}

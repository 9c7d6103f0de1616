package org.malassay.reports.firmware;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.malassay.firmware.survey.ImageChange;
import org.malassay.firmware.survey.Requirement;
import org.malassay.firmware.survey.Surveyed;
import org.malassay.reports.writing.Cell;
import org.malassay.reports.writing.Printable;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Words;
import org.malassay.sample.SafeText;

/** The tables of a survey's page. All hostile text is printable in them. */
final class FirmwareTables {
  private static final double MEBIBYTE = 1 << 20;

  /** How many images the page lists; all are in survey.csv. */
  static final int MOST = 500;

  private static final int LONGEST = 160;

  private final Figures figures;
  private final Words words;

  FirmwareTables(Figures figures, Words words) {
    this.figures = figures;
    this.words = words;
  }

  /** By the names of the sections that they are in. */
  Map<String, Table> all(List<Lag> lags, List<Sources> sources) {
    Map<String, Table> all = new LinkedHashMap<>();
    all.put("outcomes", outcomes());
    all.put("years", shares("years", figures.byYear()));
    all.put("vendors", shares("vendors", figures.byVendor()));
    all.put("kernels", kernels());
    all.put("protections", protections());
    all.put("lags", lags(lags));
    all.put("components", components());
    all.put("sources", sources(sources));
    all.put("services", services());
    all.put("unread", unread());
    all.put("images", images());
    return all;
  }

  /** What became of each vendor's images. */
  private Table outcomes() {
    Map<String, List<ImageRow>> vendors =
        figures.rows().stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.image().vendor(), TreeMap::new, Collectors.toList()));
    List<List<Cell>> lines = new ArrayList<>();
    vendors.forEach(
        (vendor, rows) -> {
          List<Cell> line = new ArrayList<>();
          line.add(Cell.of(named(vendor)));
          line.add(Cell.number(rows.size()));
          for (Surveyed.Outcome outcome : Surveyed.Outcome.values()) {
            line.add(Cell.number(rows.stream().filter(it -> it.outcome() == outcome).count()));
          }
          line.add(Cell.number(rows.stream().mapToLong(ImageRow::programs).sum()));
          line.add(Cell.number(rows.stream().filter(it -> it.violations() > 0).count()));
          line.add(Cell.number(rows.stream().mapToLong(ImageRow::weakAccounts).sum()));
          line.add(Cell.number(rows.stream().mapToLong(ImageRow::doors).sum()));
          lines.add(line);
        });
    return table("outcomes", lines, List.of());
  }

  private Table shares(String key, Map<String, Map<Requirement, Share>> groups) {
    List<List<Cell>> lines = new ArrayList<>();
    groups.forEach(
        (name, shares) -> {
          List<Cell> line = new ArrayList<>();
          line.add(Cell.of(named(name)));
          for (Requirement requirement : Figures.MITIGATIONS) {
            Share share = shares.getOrDefault(requirement, Share.NONE);
            line.add(
                Cell.number(
                    share.told() == 0
                        ? words.get("none")
                        : words.percent(share.value())
                            + " (%d/%d)".formatted(share.yes(), share.told())));
          }
          lines.add(line);
        });
    return table(
        key,
        lines,
        Figures.MITIGATIONS.stream()
            .map(it -> words.get("firmware.mitigation." + it.label()))
            .toList());
  }

  private Table kernels() {
    Map<String, Map<String, Integer>> years = figures.kernels();
    TreeSet<String> series = new TreeSet<>(Figures.SERIES);
    years.values().forEach(it -> series.addAll(it.keySet()));
    List<List<Cell>> lines = new ArrayList<>();
    for (String one : series) {
      List<Cell> line = new ArrayList<>();
      line.add(Cell.of(SafeText.printable(one)));
      years.values().forEach(it -> line.add(Cell.number(it.getOrDefault(one, 0))));
      lines.add(line);
    }
    return table("kernels", lines, List.copyOf(years.keySet()));
  }

  private Table protections() {
    List<List<Cell>> lines = new ArrayList<>();
    figures
        .protections()
        .forEach(
            (name, share) ->
                lines.add(
                    List.of(
                        Cell.of(SafeText.printable(name)),
                        Cell.number(share.yes()),
                        Cell.number(share.told()),
                        Cell.number(words.percent(share.value())))));
    return table("protections", lines, List.of());
  }

  private Table lags(List<Lag> lags) {
    List<List<Cell>> lines = new ArrayList<>();
    for (Lag lag : lags) {
      List<Cell> line = new ArrayList<>();
      line.add(Cell.of(SafeText.printable(lag.component())));
      line.add(Cell.number(lag.years().size()));
      for (double part : new double[] {0, 0.25, 0.5, 0.75, 1}) {
        line.add(Cell.number(FirmwareCharts.number(lag.quantile(part))));
      }
      lines.add(line);
    }
    return table("lags", lines, List.of());
  }

  /** In how many images each component is, and in how many versions. */
  private Table components() {
    Map<String, TreeMap<String, Integer>> versions = new TreeMap<>();
    figures
        .rows()
        .forEach(
            row ->
                row.components()
                    .forEach(
                        it ->
                            versions
                                .computeIfAbsent(it.name(), name -> new TreeMap<>(Figures.SERIES))
                                .merge(it.version(), 1, Integer::sum)));
    List<List<Cell>> lines = new ArrayList<>();
    versions.forEach(
        (name, counts) -> {
          String listed =
              counts.entrySet().stream()
                  .map(
                      it ->
                          (it.getKey().isEmpty() ? "?" : it.getKey())
                              + " (%d)".formatted(it.getValue()))
                  .collect(Collectors.joining(", "));
          lines.add(
              List.of(
                  Cell.of(SafeText.printable(name)),
                  Cell.number(counts.size()),
                  new Cell(Printable.beginning(listed, LONGEST), "", "names")));
        });
    return table("components", lines, List.of());
  }

  /** What source packages have, and how they agree with the images of the same product. */
  private Table sources(List<Sources> sources) {
    List<List<Cell>> lines = new ArrayList<>();
    sources.stream()
        .limit(MOST)
        .forEach(
            it ->
                lines.add(
                    List.of(
                        new Cell(Printable.beginning(it.file().name(), LONGEST), "", "names"),
                        Cell.number(it.components()),
                        Cell.of(Printable.beginning(it.kernel(), LONGEST)),
                        Cell.number(it.patches()),
                        Cell.number(it.mended()),
                        Cell.number(it.images()),
                        Cell.number(it.same()),
                        Cell.number(it.other()),
                        Cell.number(it.options()))));
    return table("sources", lines, List.of());
  }

  private Table services() {
    List<List<Cell>> lines = new ArrayList<>();
    figures
        .services()
        .forEach(
            (name, count) ->
                lines.add(List.of(Cell.of(SafeText.printable(name)), Cell.number(count))));
    return table("services", lines, List.of());
  }

  private Table unread() {
    List<List<Cell>> lines = new ArrayList<>();
    figures
        .unread()
        .forEach(
            (what, share) ->
                lines.add(
                    List.of(
                        Cell.of(words.get("firmware.state." + what.state().name())),
                        Cell.of(SafeText.printable(what.format())),
                        Cell.number(share.yes()),
                        Cell.number(mebibytes(share.told())))));
    return table("unread", lines, List.of());
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / MEBIBYTE);
  }

  /** Those that failed, broke the gate or are least understood come first. */
  private Table images() {
    List<List<Cell>> lines = new ArrayList<>();
    figures.rows().stream()
        .sorted(
            Comparator.comparing((ImageRow row) -> row.outcome() != Surveyed.Outcome.FAILED)
                .thenComparing(row -> -row.violations())
                .thenComparing(row -> -row.unread()))
        .limit(MOST)
        .forEach(
            row -> {
              List<Cell> line = new ArrayList<>();
              line.add(new Cell(Printable.beginning(row.image().name(), LONGEST), "", "names"));
              line.add(Cell.of(words.get("firmware.outcome." + row.outcome().name())));
              line.add(Cell.number(row.files()));
              line.add(Cell.number(row.programs()));
              for (Requirement requirement : Figures.MITIGATIONS) {
                line.add(Cell.number(words.percent(row.share(requirement).value())));
              }
              line.add(Cell.of(SafeText.printable(row.kernel().orElse(words.get("none")))));
              line.add(Cell.number(row.violations()));
              line.add(Cell.number(mebibytes(row.unread())));
              line.add(new Cell(Printable.beginning(row.failure(), LONGEST), "", "names"));
              lines.add(line);
            });
    return table("images", lines, List.of());
  }

  /** What differs from the baseline in one image. */
  static Table changes(List<ImageChange> changes, Words words) {
    List<List<Cell>> lines =
        changes.stream()
            .sorted(
                Comparator.comparing(
                    (ImageChange it) ->
                        it.kind() != ImageChange.Kind.WEAKENED
                            ? it.kind() != ImageChange.Kind.HARDENED ? 2 : 1
                            : 0))
            .limit(MOST)
            .map(
                it ->
                    List.of(
                        Cell.of(words.get("firmware.change." + it.kind().name())),
                        Cell.of(words.get("firmware.what." + it.what().replace(' ', '-'))),
                        new Cell(Printable.beginning(it.name(), LONGEST), "", "names"),
                        Cell.of(Printable.beginning(it.before(), LONGEST)),
                        Cell.of(Printable.beginning(it.after(), LONGEST))))
            .toList();
    return new Table(
        words.get("firmware.table.changes"), words.titles("firmware.table.changes.head"), lines);
  }

  private String named(String group) {
    return group.isEmpty() ? words.get("firmware.unknown") : SafeText.printable(group);
  }

  private Table table(String key, List<List<Cell>> lines, List<String> more) {
    List<String> head = new ArrayList<>(words.titles("firmware.table." + key + ".head"));
    head.addAll(more);
    return new Table(words.get("firmware.table." + key), head, lines);
  }
}

package org.malassay.reports.firmware;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.malassay.firmware.survey.Requirement;
import org.malassay.reports.charts.Chart;
import org.malassay.reports.charts.Mark;
import org.malassay.reports.writing.Words;
import org.malassay.sample.SafeText;

/** The charts of a survey. */
final class FirmwareCharts {
  private static final int LEFT = 120;
  private static final int RIGHT = Chart.WIDTH - 10;
  private static final int TOP = 14;

  /** Of the charts over time: where the ordinates begin, and how high they are. */
  private static final int AXIS = 44;

  private static final int HIGH = 170;
  private static final int THIN = 7;
  private static final int BAR = 20;
  private static final int STEP = 30;

  /** As many colors as can be told apart. */
  private static final int COLORS = 8;

  /** Rows of a chart. */
  private static final int MOST = 24;

  /** Between two years' titles, so that they do not overlap. */
  private static final double TITLE = 32;

  private final Figures figures;
  private final List<Lag> lags;
  private final Words words;

  FirmwareCharts(Figures figures, List<Lag> lags, Words words) {
    this.figures = figures;
    this.lags = lags;
    this.words = words;
  }

  /** By the names of the sections that they are in; a chart of nothing is left out. */
  Map<String, Chart> all() {
    Map<String, Chart> all = new LinkedHashMap<>();
    if (!figures.byYear().isEmpty()) {
      all.put("years", years());
    }
    all.put("vendors", vendors());
    if (!figures.kernels().isEmpty()) {
      all.put("kernels", kernels());
    }
    if (!lags.isEmpty()) {
      all.put("lags", lags());
    }
    return all;
  }

  /** The seed's figure 2: the adoption of each mitigation by year, as lines. */
  private Chart years() {
    Map<String, Map<Requirement, Share>> years = figures.byYear();
    List<String> names = List.copyOf(years.keySet());
    List<Mark> marks = new ArrayList<>();
    double step = (double) (RIGHT - AXIS) / Math.max(1, names.size());
    grid(marks, AXIS);
    titles(marks, names, step);
    List<String> told = new ArrayList<>();
    List<Chart.Key> legend = new ArrayList<>();
    for (int i = 0; i < Figures.MITIGATIONS.size(); i++) {
      Requirement requirement = Figures.MITIGATIONS.get(i);
      String color = "e" + i % COLORS;
      legend.add(new Chart.Key(color, label(requirement)));
      List<String> values = new ArrayList<>();
      double beforeX = Double.NaN;
      double beforeY = Double.NaN;
      for (int year = 0; year < names.size(); year++) {
        Share share =
            years.getOrDefault(names.get(year), Map.of()).getOrDefault(requirement, Share.NONE);
        OptionalDouble value = share.value();
        if (value.isEmpty()) {
          continue;
        }
        double x = AXIS + step * (year + 0.5);
        double y = TOP + HIGH * (1 - value.getAsDouble());
        if (!Double.isNaN(beforeX)) {
          marks.add(Mark.line(beforeX, beforeY, x, y, "stroke " + color));
        }
        String what =
            words.get(
                "firmware.share.of",
                names.get(year),
                label(requirement),
                words.percent(value),
                share.yes(),
                share.told());
        marks.add(Mark.rect(x - 3, y - 3, 6, 6, color, what, ""));
        values.add(names.get(year) + " " + words.percent(value));
        beforeX = x;
        beforeY = y;
      }
      told.add(label(requirement) + ": " + words.list(values));
    }
    return chart("years", told, TOP + HIGH + 18, marks, legend);
  }

  private static void grid(List<Mark> marks, int left) {
    for (int percent = 0; percent <= 100; percent += 25) {
      double y = TOP + HIGH * (1 - percent / 100.0);
      marks.add(Mark.line(left, y, RIGHT, y, percent == 0 ? "axis" : "grid"));
      marks.add(Mark.text(left - 6, y + 4, "end faint small", percent + " %"));
    }
  }

  private static void titles(List<Mark> marks, List<String> names, double step) {
    int each = Math.max(1, (int) Math.ceil(TITLE / step));
    for (int i = 0; i < names.size(); i += each) {
      marks.add(
          Mark.text(AXIS + step * (i + 0.5), TOP + HIGH + 14, "middle faint small", names.get(i)));
    }
  }

  /** The adoption of each mitigation by vendor, as bars; those with the most programs. */
  private Chart vendors() {
    Map<String, Map<Requirement, Share>> vendors = figures.byVendor();
    List<String> names =
        vendors.keySet().stream()
            .sorted((one, other) -> Long.compare(programs(vendors, other), programs(vendors, one)))
            .limit(MOST)
            .toList();
    List<Mark> marks = new ArrayList<>();
    List<String> told = new ArrayList<>();
    int group = THIN * Figures.MITIGATIONS.size() + 10;
    int foot = TOP + group * names.size();
    for (int percent = 0; percent <= 100; percent += 25) {
      double x = LEFT + (RIGHT - LEFT - 20) * percent / 100.0;
      marks.add(Mark.line(x, TOP, x, foot, "grid"));
      marks.add(Mark.text(x, 10, "middle faint small", percent + " %"));
    }
    int y = TOP + 4;
    for (String name : names) {
      marks.add(Mark.text(LEFT - 8, y + group / 2.0, "end", vendor(name)));
      List<String> values = new ArrayList<>();
      for (int i = 0; i < Figures.MITIGATIONS.size(); i++) {
        Requirement requirement = Figures.MITIGATIONS.get(i);
        Share share = vendors.getOrDefault(name, Map.of()).getOrDefault(requirement, Share.NONE);
        OptionalDouble value = share.value();
        values.add(label(requirement) + " " + words.percent(value));
        if (value.isPresent()) {
          String what =
              words.get(
                  "firmware.share.of",
                  vendor(name),
                  label(requirement),
                  words.percent(value),
                  share.yes(),
                  share.told());
          marks.add(
              Mark.rect(
                  LEFT,
                  y + (double) THIN * i,
                  Math.max(1.5, (RIGHT - LEFT - 20) * value.getAsDouble()),
                  THIN - 1,
                  "e" + i % COLORS,
                  what,
                  ""));
        }
      }
      told.add(vendor(name) + ": " + words.list(values));
      y += group;
    }
    List<Chart.Key> legend = new ArrayList<>();
    for (int i = 0; i < Figures.MITIGATIONS.size(); i++) {
      legend.add(new Chart.Key("e" + i % COLORS, label(Figures.MITIGATIONS.get(i))));
    }
    return chart("vendors", told, foot + 6, marks, legend);
  }

  private static long programs(Map<String, Map<Requirement, Share>> vendors, String name) {
    return vendors.getOrDefault(name, Map.of()).values().stream()
        .mapToLong(Share::told)
        .max()
        .orElse(0);
  }

  /** The kernels of each year's images, as a stacked bar a year: the most frequent series apart. */
  private Chart kernels() {
    Map<String, Map<String, Integer>> years = figures.kernels();
    Map<String, Integer> totals = new TreeMap<>(Figures.SERIES);
    years.values().forEach(year -> year.forEach((name, n) -> totals.merge(name, n, Integer::sum)));
    List<String> apart =
        totals.keySet().stream()
            .sorted((one, other) -> count(totals, other) - count(totals, one))
            .limit(COLORS - 1L)
            .sorted(Figures.SERIES)
            .toList();
    List<String> names = List.copyOf(years.keySet());
    List<Mark> marks = new ArrayList<>();
    List<String> told = new ArrayList<>();
    grid(marks, AXIS);
    double step = (double) (RIGHT - AXIS) / names.size();
    titles(marks, names, step);
    for (int i = 0; i < names.size(); i++) {
      Map<String, Integer> year = years.getOrDefault(names.get(i), Map.of());
      int all = year.values().stream().mapToInt(it -> it).sum();
      double y = TOP + HIGH;
      List<String> values = new ArrayList<>();
      int others = all;
      for (int kind = 0; kind <= apart.size(); kind++) {
        boolean rest = kind == apart.size();
        String name = rest ? words.get("firmware.others") : apart.get(kind);
        int n = rest ? others : count(year, name);
        if (n == 0) {
          continue;
        }
        others -= n;
        double high = (double) HIGH * n / all;
        y -= high;
        String what = words.get("firmware.kernels.of", names.get(i), name, n, all);
        marks.add(
            Mark.rect(
                AXIS + step * (i + 0.1), y, step * 0.8, high, "c" + (rest ? 7 : kind), what, ""));
        values.add(name + " " + n);
      }
      told.add(names.get(i) + ": " + words.list(values));
    }
    List<Chart.Key> legend = new ArrayList<>();
    for (int kind = 0; kind < apart.size(); kind++) {
      legend.add(new Chart.Key("c" + kind, "Linux " + SafeText.printable(apart.get(kind))));
    }
    if (totals.size() > apart.size()) {
      legend.add(new Chart.Key("c7", words.get("firmware.others")));
    }
    return chart("kernels", told, TOP + HIGH + 18, marks, legend);
  }

  private static int count(Map<String, Integer> counts, String name) {
    return counts.getOrDefault(name, 0);
  }

  /** How old versions were when their images came out: median, and the middle half as a line. */
  private Chart lags() {
    double most = Math.max(1, lags.stream().mapToDouble(it -> it.quantile(1)).max().orElse(1));
    double unit = (RIGHT - LEFT - 60) / most;
    List<Mark> marks = new ArrayList<>();
    List<String> told = new ArrayList<>();
    int y = TOP;
    for (Lag lag : lags.stream().limit(MOST).toList()) {
      String name = SafeText.printable(lag.component());
      double median = lag.quantile(0.5);
      String what =
          words.get(
              "firmware.lag.of",
              name,
              number(median),
              number(lag.quantile(0.25)),
              number(lag.quantile(0.75)),
              lag.years().size());
      marks.add(Mark.text(LEFT - 8, y + 14, "end", name));
      marks.add(Mark.rect(LEFT, y, Math.max(1.5, unit * Math.max(0, median)), BAR, "c0", what, ""));
      double low = LEFT + unit * Math.max(0, lag.quantile(0.25));
      double high = LEFT + unit * Math.max(0, lag.quantile(0.75));
      marks.add(Mark.line(low, y + BAR / 2.0, high, y + BAR / 2.0, "stroke e1"));
      marks.add(
          Mark.text(
              Math.max(high, LEFT + unit * median) + 6,
              y + 14,
              "small",
              words.get("firmware.years", number(median))));
      told.add(what);
      y += STEP;
    }
    return chart(
        "lags",
        told,
        y + 4,
        marks,
        List.of(
            new Chart.Key("c0", words.get("firmware.lag.median")),
            new Chart.Key("e1", words.get("firmware.lag.half"))));
  }

  /** With one digit behind the point. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** A mitigation by the name that people use. */
  private String label(Requirement requirement) {
    return words.get("firmware.mitigation." + requirement.label());
  }

  private String vendor(String name) {
    return name.isEmpty() ? words.get("firmware.unknown") : SafeText.printable(name);
  }

  private Chart chart(
      String name, List<String> told, int height, List<Mark> marks, List<Chart.Key> legend) {
    return new Chart(
        "chart-" + name,
        words.get("firmware.chart." + name),
        String.join("; ", told) + ".",
        height,
        marks,
        legend);
  }
}

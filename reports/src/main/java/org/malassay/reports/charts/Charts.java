package org.malassay.reports.charts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Figures;
import org.malassay.reports.comparison.Interval;
import org.malassay.reports.comparison.Scores;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.run.Service;
import org.malassay.score.Dimension;
import org.malassay.verdict.Cause;

/** The charts of a comparison. */
public final class Charts {
  private static final int LEFT = 120;
  private static final int RIGHT = Chart.WIDTH - 10;
  private static final int BAR = 26;
  private static final int STEP = 38;
  private static final int BASE = 14;

  /** As many colors as can be told apart. */
  private static final int COLORS = 8;

  /** The rows that lost an answer before, while, and after the sample ran. */
  private static final List<String> LOST = List.of("&lost=before", "&lost=during", "&lost=after");

  private static final int BINS = 11;
  private static final int HISTOGRAM = 84;
  private static final double TOP_SCORE = 10;
  private static final List<Dimension> DIMENSIONS = List.of(Dimension.values());

  private final Comparison comparison;
  private final Map<String, List<Result>> rows;
  private final Words words;

  /**
   * @param rows those of each environment, by name
   * @param words the language of titles and legends
   */
  public Charts(Comparison comparison, Map<String, List<Result>> rows, Words words) {
    this.comparison = comparison;
    this.rows = rows;
    this.words = words;
  }

  /** All but the shares and the flow charts, by what they are called in a document. */
  public Map<String, Chart> all() {
    Map<String, Chart> all = new LinkedHashMap<>();
    all.put("causes", causes());
    all.put("impact", impacts());
    all.put("threat", threats());
    all.put("dimensions", dimensions());
    all.put("service", service());
    all.put("service-time", serviceOverTime());
    return all;
  }

  private List<Result> rows(Figures figures) {
    return rows.getOrDefault(figures.environment(), List.of());
  }

  private String name(Figures figures) {
    return words.environment(figures.environment());
  }

  /** The share of the samples that run, with its interval. */
  public Chart shares() {
    List<Mark> marks = new ArrayList<>();
    List<String> told = new ArrayList<>();
    double unit = RIGHT - 110 - LEFT;
    int y = BASE + 12;
    int foot = y + STEP * comparison.environments().size() - 12;
    for (int percent = 0; percent <= 100; percent += 25) {
      double x = LEFT + unit * percent / 100;
      marks.add(Mark.line(x, BASE, x, foot, "grid"));
      marks.add(Mark.text(x, 9, "middle faint small", percent + " %"));
    }
    for (int environment = 0; environment < comparison.environments().size(); environment++) {
      Figures figures = comparison.environments().get(environment);
      String style = "e" + environment % COLORS;
      marks.add(Mark.text(LEFT - 8, y + 8, "end", name(figures)));
      String value = words.get("html.unseen");
      Optional<Interval> interval = figures.interval();
      if (interval.isPresent()) {
        double share = figures.share().orElse(0);
        value = words.percent(share);
        String range = words.percents(interval.get().low(), interval.get().high());
        String row =
            words.get("chart.shares.row", value, range, figures.executable(), figures.conclusive());
        double low = LEFT + unit * interval.get().low();
        double high = LEFT + unit * interval.get().high();
        marks.add(Mark.line(low, y + 4, high, y + 4, "stroke " + style));
        marks.add(Mark.line(low, y - 1, low, y + 9, "stroke " + style));
        marks.add(Mark.line(high, y - 1, high, y + 9, "stroke " + style));
        marks.add(
            Mark.rect(
                LEFT + unit * share - 3,
                y + 1,
                6,
                6,
                style,
                name(figures) + ": " + row,
                "#env=%d&verdict=0".formatted(environment)));
        marks.add(Mark.text(LEFT + unit + 12, y + 8, "small", value + " (" + range + ")"));
        value = row;
      } else {
        marks.add(Mark.text(LEFT + unit + 12, y + 8, "small", value));
      }
      told.add(name(figures) + ": " + value);
      y += STEP;
    }
    return chart("chart-shares", "chart.shares.title", told, foot + 4, marks, List.of());
  }

  /** Why samples do not run, as a stacked bar an environment. */
  private Chart causes() {
    Map<Cause.Type, Integer> totals = new EnumMap<>(Cause.Type.class);
    comparison
        .environments()
        .forEach(it -> it.causes().forEach((type, n) -> totals.merge(type, n, Integer::sum)));
    List<Cause.Type> order =
        totals.keySet().stream()
            .sorted(Comparator.comparing((Cause.Type type) -> -totals.getOrDefault(type, 0)))
            .toList();
    List<Mark> marks = new ArrayList<>();
    List<String> told = new ArrayList<>();
    int y = BASE;
    for (int environment = 0; environment < comparison.environments().size(); environment++) {
      Figures figures = comparison.environments().get(environment);
      double unit = (double) (RIGHT - LEFT) / Math.max(1, figures.samples());
      marks.add(Mark.text(LEFT - 8, y + 17, "end", name(figures)));
      double x =
          segment(
              marks,
              LEFT,
              y,
              figures.executable() * unit,
              "run",
              words.get("verdict.EXECUTABLE"),
              figures,
              figures.executable(),
              "env=%d&verdict=0".formatted(environment));
      List<String> parts = new ArrayList<>();
      parts.add(words.get("verdict.EXECUTABLE") + " " + figures.executable());
      for (int i = 0; i < order.size(); i++) {
        Cause.Type type = order.get(i);
        int count = figures.causes().getOrDefault(type, 0);
        if (count > 0) {
          parts.add(words.get("cause." + type.name()) + " " + count);
          x =
              segment(
                  marks,
                  x,
                  y,
                  count * unit,
                  color(i),
                  words.get("cause." + type.name()),
                  figures,
                  count,
                  "env=%d&cause=%s".formatted(environment, type.name()));
        }
      }
      told.add(name(figures) + ": " + words.list(parts));
      y += STEP;
    }
    List<Chart.Key> legend = new ArrayList<>();
    legend.add(new Chart.Key("run", words.get("verdict.EXECUTABLE")));
    for (int i = 0; i < Math.min(order.size(), COLORS - 1); i++) {
      legend.add(new Chart.Key(color(i), words.get("cause." + order.get(i).name())));
    }
    if (order.size() >= COLORS) {
      legend.add(new Chart.Key(color(COLORS), words.get("html.causes.other")));
    }
    return chart("chart-causes", "html.causes.title", told, y, marks, legend);
  }

  private double segment(
      List<Mark> marks,
      double x,
      int y,
      double width,
      String style,
      String what,
      Figures figures,
      int count,
      String state) {
    if (count > 0) {
      String title = words.get("html.segment", name(figures), what, count, figures.samples());
      marks.add(Mark.rect(x, y, width, BAR, style, title, "#" + state));
      if (width > BAR) {
        marks.add(Mark.text(x + width / 2, y + 17, "middle on", String.valueOf(count)));
      }
    }
    return x + width;
  }

  private static String color(int i) {
    return "c" + Math.min(i, COLORS - 1);
  }

  private Chart chart(
      String id,
      String title,
      List<String> told,
      int height,
      List<Mark> marks,
      List<Chart.Key> legend) {
    return new Chart(id, words.get(title), String.join("; ", told) + ".", height, marks, legend);
  }

  /** How often samples have which impact. */
  private Chart impacts() {
    return distribution("chart-impact", "html.impact.title", "impact", Result::impactScore);
  }

  /** How often samples have which threat score. */
  private Chart threats() {
    return distribution("chart-threat", "html.threat.title", "threat", Result::threatScore);
  }

  /** The bin of a score: one for 0 alone, and one for each point up to 10. */
  static int bin(double score) {
    return (int) Math.min(BINS - 1, Math.ceil(score));
  }

  private Chart distribution(
      String id, String title, String key, Function<Result, OptionalDouble> score) {
    List<Mark> marks = new ArrayList<>();
    List<String> told = new ArrayList<>();
    double step = (double) (RIGHT - LEFT) / BINS;
    int y = 4;
    for (int environment = 0; environment < comparison.environments().size(); environment++) {
      Figures figures = comparison.environments().get(environment);
      int[] bins = new int[BINS];
      rows(figures).forEach(row -> score.apply(row).ifPresent(it -> bins[bin(it)]++));
      int most = 1;
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < BINS; i++) {
        most = Math.max(most, bins[i]);
        if (bins[i] > 0) {
          parts.add(words.get("html.bin", range(i), bins[i]));
        }
      }
      int foot = y + HISTOGRAM - 16;
      marks.add(Mark.text(LEFT - 8, foot - 4, "end", name(figures)));
      marks.add(Mark.line(LEFT, foot, RIGHT, foot, "axis"));
      for (int i = 0; i < BINS; i++) {
        double height = bins[i] == 0 ? 0 : Math.max(2, (HISTOGRAM - 36.0) * bins[i] / most);
        if (bins[i] > 0) {
          marks.add(
              Mark.rect(
                  LEFT + i * step + 2,
                  foot - height,
                  step - 4,
                  height,
                  i == 0 ? "zero" : "e" + environment % COLORS,
                  name(figures) + ": " + words.get("html.bin", range(i), bins[i]),
                  "#env=%d&%s=%d".formatted(environment, key, i)));
          marks.add(
              Mark.text(LEFT + (i + 0.5) * step, foot - height - 3, "middle small", "" + bins[i]));
        }
        marks.add(Mark.text(LEFT + (i + 0.5) * step, foot + 11, "middle faint small", range(i)));
      }
      told.add(name(figures) + ": " + (parts.isEmpty() ? words.get("none") : words.list(parts)));
      y += HISTOGRAM;
    }
    return chart(id, title, told, y, marks, List.of());
  }

  private static String range(int bin) {
    return bin == 0 ? "0" : "≤" + bin;
  }

  /** The mean impact of each dimension. */
  private Chart dimensions() {
    List<Mark> marks = new ArrayList<>();
    List<String> told = new ArrayList<>();
    double unit = (RIGHT - LEFT - 40) / TOP_SCORE;
    int y = BASE;
    for (int point = 0; point <= TOP_SCORE; point += 2) {
      marks.add(Mark.text(LEFT + point * unit, 9, "middle faint small", "" + point));
    }
    for (Figures figures : comparison.environments()) {
      marks.add(Mark.text(LEFT - 8, y + 30, "end", name(figures)));
      List<String> parts = new ArrayList<>();
      int row = y;
      for (Dimension dimension : DIMENSIONS) {
        Scores scores = figures.impactOn().getOrDefault(dimension, Scores.of(new double[0]));
        String value = scores.count() == 0 ? words.get("html.unseen") : words.score(scores.mean());
        String what = words.get("dimension." + dimension.word()) + " " + value;
        String place =
            scores.count() == 0
                ? ""
                : "#env=%d&on=%d"
                    .formatted(
                        comparison.environments().indexOf(figures), DIMENSIONS.indexOf(dimension));
        parts.add(what);
        marks.add(Mark.line(LEFT, row, LEFT, row + 12, "axis"));
        marks.add(
            Mark.rect(
                LEFT,
                row,
                scores.mean() * unit,
                11,
                "d" + DIMENSIONS.indexOf(dimension),
                name(figures) + ": " + what,
                scores.mean() == 0 ? "" : place));
        marks.add(Mark.text(LEFT + scores.mean() * unit + 4, row + 9.5, "small", value, place));
        row += 13;
      }
      told.add(name(figures) + ": " + words.list(parts));
      y = row + BASE;
    }
    List<Chart.Key> legend = new ArrayList<>();
    for (Dimension dimension : DIMENSIONS) {
      legend.add(
          new Chart.Key(
              "d" + DIMENSIONS.indexOf(dimension), words.get("dimension." + dimension.word())));
    }
    return chart("chart-dimensions", "html.dimensions.title", told, y, marks, legend);
  }

  /** How often the web service answered before, while and after samples ran. */
  private Chart service() {
    List<Mark> marks = new ArrayList<>();
    List<String> told = new ArrayList<>();
    List<Chart.Key> legend = new ArrayList<>();
    int top = 20;
    int foot = 190;
    int from = 90;
    int step = (RIGHT - 40 - from) / 2;
    for (int percent = 0; percent <= 100; percent += 25) {
      double y = foot - (foot - top) * percent / 100.0;
      marks.add(Mark.line(from - 30, y, RIGHT - 10, y, "grid"));
      marks.add(Mark.text(from - 36, y + 4, "end faint small", percent + " %"));
    }
    List<String> phases = List.of("before", "during", "after");
    for (int i = 0; i < phases.size(); i++) {
      marks.add(
          Mark.text(
              from + i * step, foot + 18, "middle", words.get("html.service." + phases.get(i))));
    }
    for (int environment = 0; environment < comparison.environments().size(); environment++) {
      Figures figures = comparison.environments().get(environment);
      List<Service> probed = rows(figures).stream().flatMap(row -> row.service().stream()).toList();
      List<OptionalDouble> shares =
          List.of(
              share(probed, it -> 1, it -> it.before() ? 1 : 0),
              share(probed, Service::probesDuring, Service::answersDuring),
              share(
                  probed,
                  it -> it.after().isPresent() ? 1 : 0,
                  it -> it.after().orElse(false) ? 1 : 0));
      List<String> parts = new ArrayList<>();
      OptionalDouble last = OptionalDouble.empty();
      String style = "e" + environment % COLORS;
      // Lines that lie on one another are told apart by their points, which stand side by side.
      double shift = (environment - (comparison.environments().size() - 1) / 2.0) * 9;
      for (int i = 0; i < shares.size(); i++) {
        OptionalDouble share = shares.get(i);
        String phase = words.get("html.service." + phases.get(i));
        parts.add(
            phase
                + " "
                + (share.isPresent()
                    ? words.percent(share.getAsDouble())
                    : words.get("html.unseen")));
        if (share.isPresent()) {
          double y = y(share.getAsDouble(), top, foot);
          double x = from + i * step + shift;
          if (last.isPresent()) {
            marks.add(
                Mark.line(x - step, y(last.getAsDouble(), top, foot), x, y, "stroke " + style));
          }
          marks.add(
              Mark.rect(
                  x - 4,
                  y - 4,
                  8,
                  8,
                  style,
                  name(figures) + ": " + parts.get(i),
                  "#env=" + environment + (share.getAsDouble() < 1 ? LOST.get(i) : "")));
        }
        last = share;
      }
      told.add(name(figures) + ": " + words.list(parts));
      legend.add(new Chart.Key(style, told.get(environment)));
    }
    return chart("chart-service", "html.service.title", told, foot + 30, marks, legend);
  }

  /** The same by seconds. */
  private Chart serviceOverTime() {
    return ServiceOverTime.chart(
        comparison.environments().stream().map(this::name).toList(),
        comparison.environments().stream().map(this::rows).toList(),
        words);
  }

  private static double y(double share, int top, int foot) {
    return foot - (foot - top) * share;
  }

  private static OptionalDouble share(
      List<Service> probed, ToDoubleFunction<Service> asked, ToDoubleFunction<Service> answered) {
    double all = probed.stream().mapToDouble(asked).sum();
    return all == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(probed.stream().mapToDouble(answered).sum() / all);
  }

  /** The thesis's flow chart of the verdict, with the counts of each environment on its arrows. */
  public List<Chart> flows() {
    List<Chart> flows = new ArrayList<>();
    for (int i = 0; i < comparison.environments().size(); i++) {
      Figures figures = comparison.environments().get(i);
      flows.add(Flow.of(rows(figures)).chart(name(figures), i, words));
    }
    return flows;
  }
}

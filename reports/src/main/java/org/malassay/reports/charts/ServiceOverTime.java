package org.malassay.reports.charts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.malassay.reports.writing.Words;
import org.malassay.run.Availability;
import org.malassay.run.Result;
import org.malassay.run.Service;

/**
 * How often the web service of an environment answered around its samples, by seconds since their
 * start; all before it is one bar.
 */
final class ServiceOverTime {
  private static final int LEFT = 120;
  private static final int RIGHT = Chart.WIDTH - 10;
  private static final int STRIP = 74;
  private static final int TALL = 40;

  /** As many bars as can be told apart. */
  private static final int BARS = 40;

  private static final int COLORS = 8;

  /** Requests, by seconds. */
  private final int[] asked;

  /** Those of them that were answered. */
  private final int[] answered;

  private ServiceOverTime(int bars) {
    this.asked = new int[bars];
    this.answered = new int[bars];
  }

  private static int seconds(List<Result> rows) {
    return times(rows).stream().mapToInt(it -> it.asked().size()).max().orElse(0);
  }

  private static List<Availability> times(List<Result> rows) {
    return rows.stream()
        .flatMap(row -> row.service().stream())
        .map(Service::overTime)
        .flatMap(Optional::stream)
        .toList();
  }

  /** All rows together, these many seconds a bar. */
  private static ServiceOverTime of(List<Result> rows, int bars, int width) {
    ServiceOverTime sum = new ServiceOverTime(bars);
    for (Availability one : times(rows)) {
      for (int i = 0; i < one.asked().size(); i++) {
        int bar = i == 0 ? 0 : (i - 1) / width + 1;
        sum.asked[bar] += one.asked().get(i);
        sum.answered[bar] += one.answered().get(i);
      }
    }
    return sum;
  }

  /**
   * A strip an environment.
   *
   * @param names of the environments
   * @param rows of each
   */
  static Chart chart(List<String> names, List<List<Result>> rows, Words words) {
    int seconds = Math.max(2, rows.stream().mapToInt(ServiceOverTime::seconds).max().orElse(0));
    int width = (seconds - 1 + BARS - 2) / (BARS - 1);
    int bars = (seconds - 1 + width - 1) / width + 1;
    List<Mark> marks = new ArrayList<>();
    List<String> told = new ArrayList<>();
    int y = 4;
    for (int i = 0; i < names.size(); i++) {
      ServiceOverTime sum = of(rows.get(i), bars, width);
      marks.add(Mark.text(LEFT - 8, y + TALL + 6, "end", names.get(i)));
      told.add(names.get(i) + ": " + sum.strip(marks, names.get(i), i, y + 10, width, words));
      y += STRIP;
    }
    return new Chart(
        "chart-service-time",
        words.get("html.service.time.title"),
        String.join("; ", told) + ".",
        y,
        marks,
        List.of());
  }

  /** Draws it, and says it. */
  private String strip(
      List<Mark> marks, String name, int environment, int top, int width, Words words) {
    double step = (double) (RIGHT - LEFT) / asked.length;
    int foot = top + TALL;
    marks.add(Mark.line(LEFT, top, RIGHT, top, "grid"));
    marks.add(Mark.line(LEFT, foot, RIGHT, foot, "axis"));
    marks.add(Mark.text(RIGHT, top - 2, "end faint small", "100 %"));
    marks.add(
        Mark.text(LEFT + step - 3, foot + 12, "end faint small", words.get("html.service.before")));
    List<String> parts = new ArrayList<>();
    int asks = 0;
    int answers = 0;
    for (int bar = 0; bar < asked.length; bar++) {
      int from = bar == 0 ? 0 : (bar - 1) * width + 1;
      int to = bar == 0 ? 0 : bar * width;
      if (bar > 0 && (from == 1 || (from - 1) % tick(width) == 0)) {
        marks.add(
            Mark.text(
                LEFT + bar * step, foot + 12, "faint small", words.get("html.second", from - 1)));
      }
      asks += asked[bar];
      answers += answered[bar];
      if (asked[bar] == 0) {
        continue;
      }
      String when =
          bar == 0
              ? words.get("html.service.before")
              : words.get("html.seconds", String.valueOf(from - 1), String.valueOf(to));
      String what = words.get("html.answered", when, answered[bar], asked[bar]);
      boolean lost = answered[bar] < asked[bar];
      if (lost) {
        parts.add(what);
      }
      double high = Math.max(1.5, (double) TALL * answered[bar] / asked[bar]);
      marks.add(
          Mark.rect(
              LEFT + bar * step + 0.5,
              foot - high,
              step - (bar == 0 ? 3 : 1),
              high,
              "e" + environment % COLORS,
              name + ": " + what,
              "#env=" + environment + (lost ? "&lost=%d-%d".formatted(from, to) : "")));
    }
    if (asks == 0) {
      marks.add(Mark.text(LEFT + 8, foot - 12, "faint small", words.get("html.service.unkept")));
      return words.get("html.service.unkept");
    }
    String all = words.get("html.answered.all", answers, asks);
    return parts.isEmpty() ? all : all + "; " + words.list(parts);
  }

  /** Seconds between two numbers at the axis. */
  private static int tick(int width) {
    int tick = 5;
    while (tick < 5 * width) {
      tick *= 2;
    }
    return tick;
  }
}

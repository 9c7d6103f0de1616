package org.malassay.reports.charts;

import java.util.ArrayList;
import java.util.List;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;

/**
 * How many samples went which way through the thesis's flow chart.
 *
 * @param samples all of them
 * @param noFormat no executable file format, or none of the environment's architecture
 * @param limit still running at the limit: executable
 * @param normal ended normally: executable
 * @param abnormal ended abnormally, or could not be started though the format fits
 * @param inconclusive the tool failed, not the sample
 */
public record Flow(
    int samples, int noFormat, int limit, int normal, int abnormal, int inconclusive) {
  private static final int BOX = 150;
  private static final int TALL = 34;

  /** The ways through it. */
  public enum Way {
    NO_FORMAT,
    FAILED,
    LIMIT,
    NORMAL,
    ABNORMAL;

    public static Way of(Result row) {
      return switch (row.verdict().outcome()) {
        case EXECUTABLE -> row.timedOut() ? LIMIT : NORMAL;
        case NOT_EXECUTABLE -> noFormat(row) ? NO_FORMAT : ABNORMAL;
        case INCONCLUSIVE -> FAILED;
      };
    }
  }

  static Flow of(List<Result> rows) {
    return new Flow(
        rows.size(),
        count(rows, Way.NO_FORMAT),
        count(rows, Way.LIMIT),
        count(rows, Way.NORMAL),
        count(rows, Way.ABNORMAL),
        count(rows, Way.FAILED));
  }

  private static int count(List<Result> rows, Way way) {
    return (int) rows.stream().filter(row -> Way.of(row) == way).count();
  }

  private static boolean noFormat(Result row) {
    return row.verdict()
        .cause()
        .map(Cause::type)
        .filter(
            type ->
                type == Cause.Type.NOT_AN_EXECUTABLE_FORMAT
                    || type == Cause.Type.WRONG_ARCHITECTURE)
        .isPresent();
  }

  Chart chart(String environment, int index, Words words) {
    List<Mark> marks = new ArrayList<>();
    int left = 10;
    int middle = left + BOX / 2;
    int far = Chart.WIDTH - BOX - 10;
    List<String> steps = List.of("start", "format", "run", "limit", "normal");
    for (int i = 0; i < steps.size(); i++) {
      box(
          marks,
          left,
          8 + i * 62,
          i == 0 || i == 2 ? "step" : "question",
          words.get("flow." + steps.get(i)),
          "");
    }
    int tried = samples - noFormat - inconclusive;
    String env = "#env=" + index;
    String way = env + "&way=";
    arrow(marks, middle, 42, middle, 70, samples, env);
    arrow(marks, middle, 104, middle, 132, samples - noFormat, way + "1234");
    arrow(marks, middle, 166, middle, 194, tried, way + "234");
    arrow(marks, middle, 228, middle, 256, tried - limit, way + "34");
    box(marks, far, 70, "not", words.get("verdict.NOT_EXECUTABLE"), env + "&verdict=1");
    box(marks, far, 132, "unsure", words.get("verdict.INCONCLUSIVE"), env + "&verdict=2");
    box(marks, far, 194, "run", words.get("verdict.EXECUTABLE"), env + "&verdict=0");
    box(marks, far, 256, "run", words.get("verdict.EXECUTABLE"), env + "&verdict=0");
    box(marks, far, 318, "not", words.get("verdict.NOT_EXECUTABLE"), env + "&verdict=1");
    side(marks, 87, far, words.get("flow.no"), noFormat, way + "0");
    side(marks, 149, far, words.get("flow.failed"), inconclusive, way + "1");
    side(marks, 211, far, words.get("flow.yes"), limit, way + "2");
    side(marks, 273, far, words.get("flow.yes"), normal, way + "3");
    marks.add(Mark.line(middle, 290, middle, 335, "arrow"));
    marks.add(Mark.line(middle, 335, far, 335, "arrow"));
    head(marks, far, 335, -6, 0);
    count(marks, left + BOX + 45, 330, "middle", words.get("flow.no"), abnormal, way + "4");
    return new Chart(
        "chart-flow-" + index,
        words.get("flow.title", environment),
        words.get(
            "flow.description",
            environment,
            samples,
            noFormat,
            inconclusive,
            limit,
            normal,
            abnormal),
        360,
        marks,
        List.of());
  }

  private static void box(List<Mark> marks, int x, int y, String style, String text, String href) {
    marks.add(Mark.rect(x, y, BOX, TALL, "box " + style, text, href));
    marks.add(Mark.text(x + BOX / 2.0, y + 21, "middle small", text));
  }

  private static void arrow(
      List<Mark> marks, int x1, int y1, int x2, int y2, int count, String href) {
    marks.add(Mark.line(x1, y1, x2, y2, "arrow"));
    head(marks, x2, y2, 0, -6);
    count(marks, x1 + 8, y2 - 9, "", "", count, href);
  }

  private static void side(
      List<Mark> marks, int y, int far, String answer, int count, String href) {
    marks.add(Mark.line(10 + BOX, y, far, y, "arrow"));
    head(marks, far, y, -6, 0);
    count(marks, 10 + BOX + 45 + 30, y - 5, "middle", answer, count, href);
  }

  /** A number on an arrow, with the rows behind it; none is behind nothing. */
  private static void count(
      List<Mark> marks, int x, int y, String style, String answer, int count, String href) {
    String text = answer.isEmpty() ? String.valueOf(count) : answer + " " + count;
    marks.add(Mark.text(x, y, style, text, count == 0 ? "" : href));
  }

  /** The head of an arrow, whose shaft comes from this direction. */
  private static void head(List<Mark> marks, int x, int y, int fromX, int fromY) {
    marks.add(Mark.line(x + fromX + fromY, y + fromY + fromX, x, y, "arrow"));
    marks.add(Mark.line(x + fromX - fromY, y + fromY - fromX, x, y, "arrow"));
  }
}

package org.malassay.reports.charts;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

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
record Flow(int samples, int noFormat, int limit, int normal, int abnormal, int inconclusive) {
  private static final int BOX = 150;
  private static final int TALL = 34;

  static Flow of(List<Result> rows) {
    return new Flow(
        rows.size(),
        count(rows, Flow::noFormat),
        count(rows, row -> executable(row) && row.timedOut()),
        count(rows, row -> executable(row) && !row.timedOut()),
        count(rows, row -> row.verdict().outcome() == Outcome.NOT_EXECUTABLE && !noFormat(row)),
        count(rows, row -> row.verdict().outcome() == Outcome.INCONCLUSIVE));
  }

  private static int count(List<Result> rows, Predicate<Result> which) {
    return (int) rows.stream().filter(which).count();
  }

  private static boolean executable(Result row) {
    return row.verdict().outcome() == Outcome.EXECUTABLE;
  }

  private static boolean noFormat(Result row) {
    return row.verdict().outcome() == Outcome.NOT_EXECUTABLE
        && row.verdict()
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
    arrow(marks, middle, 42, middle, 70, samples);
    arrow(marks, middle, 104, middle, 132, samples - noFormat);
    arrow(marks, middle, 166, middle, 194, tried);
    arrow(marks, middle, 228, middle, 256, tried - limit);
    String env = "#env=" + index;
    box(marks, far, 70, "not", words.get("verdict.NOT_EXECUTABLE"), env + "&verdict=1");
    box(marks, far, 132, "unsure", words.get("verdict.INCONCLUSIVE"), env + "&verdict=2");
    box(marks, far, 194, "run", words.get("verdict.EXECUTABLE"), env + "&verdict=0");
    box(marks, far, 256, "run", words.get("verdict.EXECUTABLE"), env + "&verdict=0");
    box(marks, far, 318, "not", words.get("verdict.NOT_EXECUTABLE"), env + "&verdict=1");
    side(marks, 87, far, words.get("flow.no"), noFormat);
    side(marks, 149, far, words.get("flow.failed"), inconclusive);
    side(marks, 211, far, words.get("flow.yes"), limit);
    side(marks, 273, far, words.get("flow.yes"), normal);
    marks.add(Mark.line(middle, 290, middle, 335, "arrow"));
    marks.add(Mark.line(middle, 335, far, 335, "arrow"));
    head(marks, far, 335, -6, 0);
    marks.add(Mark.text(left + BOX + 45, 330, "middle", words.get("flow.no") + " " + abnormal));
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

  private static void arrow(List<Mark> marks, int x1, int y1, int x2, int y2, int count) {
    marks.add(Mark.line(x1, y1, x2, y2, "arrow"));
    head(marks, x2, y2, 0, -6);
    marks.add(Mark.text(x1 + 8, y2 - 9, "", String.valueOf(count)));
  }

  private static void side(List<Mark> marks, int y, int far, String answer, int count) {
    marks.add(Mark.line(10 + BOX, y, far, y, "arrow"));
    head(marks, far, y, -6, 0);
    marks.add(Mark.text(10 + BOX + 45 + 30, y - 5, "middle", answer + " " + count));
  }

  /** The head of an arrow, whose shaft comes from this direction. */
  private static void head(List<Mark> marks, int x, int y, int fromX, int fromY) {
    marks.add(Mark.line(x + fromX + fromY, y + fromY + fromX, x, y, "arrow"));
    marks.add(Mark.line(x + fromX - fromY, y + fromY - fromX, x, y, "arrow"));
  }
}

package org.malassay.reports.allure;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.qameta.allure.model.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.run.RunDirectory;

/**
 * How earlier runs came out: what Allure draws as trends, with the run that is reported at their
 * end.
 *
 * @param points one a run, newest first
 */
record Trend(List<Point> points) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The statuses of Allure's own file, in its order. */
  private static final List<Status> STATUSES =
      List.of(Status.FAILED, Status.BROKEN, Status.SKIPPED, Status.PASSED);

  /**
   * One run.
   *
   * @param statuses how many results have which status
   * @param categories how many results fall into which category
   */
  record Point(
      String run, int order, Map<String, Integer> statuses, Map<String, Integer> categories) {
    private Map<String, Object> of(Map<String, Integer> data) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("buildOrder", order);
      json.put("reportName", run);
      json.put("reportUrl", "");
      json.put("data", data);
      return json;
    }
  }

  /**
   * Reads them. A run whose journal cannot be read any more has no point.
   *
   * @param earlier oldest first
   */
  static Trend of(List<RunDirectory> earlier) {
    List<Point> points = new ArrayList<>();
    for (RunDirectory run : earlier) {
      try {
        points.add(0, point(run, points.size() + 1));
      } catch (IOException e) {
        // Nothing depends on a trend.
      }
    }
    return new Trend(points);
  }

  private static Point point(RunDirectory run, int order) throws IOException {
    Map<String, Integer> statuses = new LinkedHashMap<>();
    STATUSES.forEach(status -> statuses.put(status.value(), 0));
    Map<String, Integer> categories = new LinkedHashMap<>();
    run.forEachResult(
        result -> {
          statuses.merge(AllureResult.status(result).value(), 1, Integer::sum);
          statuses.merge("total", 1, Integer::sum);
          Category.of(result).forEach(name -> categories.merge(name, 1, Integer::sum));
        });
    return new Point(run.header().id(), order, statuses, categories);
  }

  /** Writes what Allure takes for the history of these results. */
  void writeTo(Path folder) throws IOException {
    if (points.isEmpty()) {
      return;
    }
    Files.createDirectory(folder);
    JSON.writeValue(
        folder.resolve("history-trend.json").toFile(),
        points.stream().map(point -> point.of(point.statuses)).toList());
    JSON.writeValue(
        folder.resolve("categories-trend.json").toFile(),
        points.stream().map(point -> point.of(point.categories)).toList());
  }
}

package org.malassay.reports.allure;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.qameta.allure.model.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.malassay.files.WholeFile;
import org.malassay.report.Runs;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;

/**
 * How earlier runs came out: what Allure draws as trends, with the run that is reported at their
 * end. A file beside the runs keeps what came out of them, as their folders are removed some day.
 *
 * @param points one a run, newest first
 */
record Trend(List<Point> points) {
  /** Beside the runs, a line a run. */
  static final String KEPT = "allure-history.jsonl";

  /** As many as a chart over time shows legibly. */
  private static final int MOST = 20;

  /** As many of one experiment are kept: earlier runs may be reported again. */
  private static final int MOST_KEPT = 200;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private static final Comparator<Point> NEWEST_FIRST =
      Comparator.comparing(Point::at).thenComparing(Point::run).reversed();

  /** The statuses of Allure's own file, in its order. */
  private static final List<Status> STATUSES =
      List.of(Status.FAILED, Status.BROKEN, Status.SKIPPED, Status.PASSED);

  /**
   * One run.
   *
   * @param experiment with the shard, where it ran but a part of a corpus
   * @param started when, in ISO 8601
   * @param statuses how many results have which status
   * @param categories how many results fall into which category
   */
  record Point(
      @JsonProperty("run") String run,
      @JsonProperty("experiment") String experiment,
      @JsonProperty("started") String started,
      @JsonProperty("statuses") Map<String, Integer> statuses,
      @JsonProperty("categories") Map<String, Integer> categories) {

    /** A run without results yet. */
    static Point of(RunHeader header) {
      Map<String, Integer> statuses = new LinkedHashMap<>();
      STATUSES.forEach(status -> statuses.put(status.value(), 0));
      return new Point(
          header.id(), part(header), header.started().toString(), statuses, new LinkedHashMap<>());
    }

    private void count(Result result) {
      statuses.merge(AllureResult.status(result).value(), 1, Integer::sum);
      statuses.merge("total", 1, Integer::sum);
      Category.of(result).forEach(name -> categories.merge(name, 1, Integer::sum));
    }

    Instant at() {
      return Instant.parse(started);
    }

    private Map<String, Object> of(int order, Map<String, Integer> data) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("buildOrder", order);
      json.put("reportName", run);
      json.put("reportUrl", "");
      json.put("data", data);
      return json;
    }
  }

  /**
   * Reads them: those whose folders are there, and those that are kept. A run whose journal cannot
   * be read any more has no point but a kept one. Keeps them all, and the run itself.
   */
  static Trend of(Runs runs) {
    RunHeader header = runs.run().header();
    Path file = runs.run().path().resolveSibling(KEPT);
    Map<String, Point> points = new LinkedHashMap<>();
    kept(file).forEach(point -> points.put(point.run(), point));
    points.remove(header.id());
    Set<String> earlier = new HashSet<>();
    points.values().stream()
        .filter(point -> point.experiment().equals(part(header)))
        .filter(point -> point.at().isBefore(header.started()))
        .forEach(point -> earlier.add(point.run()));
    for (RunDirectory run : runs.earlier()) {
      Point point = Point.of(run.header());
      try {
        run.forEachResult(point::count);
        points.put(point.run(), point);
        earlier.add(point.run());
      } catch (IOException e) {
        // Nothing depends on a trend.
      }
    }
    Point last = Point.of(header);
    runs.results().forEach(last::count);
    keep(file, Stream.concat(points.values().stream(), Stream.of(last)).toList());
    return new Trend(
        points.values().stream()
            .filter(point -> earlier.contains(point.run()))
            .sorted(NEWEST_FIRST)
            .limit(MOST)
            .toList());
  }

  private static String part(RunHeader header) {
    return header.experiment() + (header.shard().isWhole() ? "" : " " + header.shard());
  }

  /** A line that is damaged costs that point. */
  private static List<Point> kept(Path file) {
    List<Point> points = new ArrayList<>();
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        for (String line : Files.readAllLines(file)) {
          try {
            @Nullable Point point = JSON.readValue(line, Point.class); // of the line "null"
            if (point != null) {
              point.at(); // is a time
              points.add(point);
            }
          } catch (JsonProcessingException | DateTimeParseException e) {
            // Nothing depends on a trend.
          }
        }
      }
    } catch (IOException e) {
      // Nothing depends on a trend.
    }
    return points;
  }

  private static void keep(Path file, Collection<Point> points) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    List<Point> newest =
        points.stream()
            .sorted(NEWEST_FIRST)
            .filter(point -> counts.merge(point.experiment(), 1, Integer::sum) <= MOST_KEPT)
            .toList();
    try {
      WholeFile.writeText(
          file,
          out -> {
            for (int i = newest.size() - 1; i >= 0; i--) {
              out.write(JSON.writeValueAsString(newest.get(i)) + "\n");
            }
          });
    } catch (IOException e) {
      // Nothing depends on a trend: the folder of the runs may be one to read only.
    }
  }

  /** Writes what Allure takes for the history of these results. */
  void writeTo(Path folder) throws IOException {
    if (points.isEmpty()) {
      return;
    }
    Files.createDirectory(folder);
    write(folder.resolve("history-trend.json"), Point::statuses);
    write(folder.resolve("categories-trend.json"), Point::categories);
  }

  private void write(Path file, Function<Point, Map<String, Integer>> data) throws IOException {
    int all = points.size();
    JSON.writeValue(
        file.toFile(),
        IntStream.range(0, all)
            .mapToObj(i -> points.get(i).of(all - i, data.apply(points.get(i))))
            .toList());
  }
}

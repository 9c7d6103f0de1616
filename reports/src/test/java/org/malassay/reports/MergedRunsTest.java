package org.malassay.reports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.experiment.Experiment;
import org.malassay.experiment.RunOptions;
import org.malassay.features.FeatureOptions;
import org.malassay.files.FolderCopy;
import org.malassay.files.Folders;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.run.MergeOptions;
import org.malassay.run.RunDirectory;
import org.malassay.run.Shard;

/** Runs of the shards of a corpus, made by the engine, become the run that one machine makes. */
class MergedRunsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SHARDS = 5;

  /** Opened by samples; some fulfil rules. */
  private static final List<String> OPENED =
      List.of("/etc/crontab", "/etc/passwd", "/tmp/x", "/root/.ssh/authorized_keys");

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(console, true, UTF_8);
  @TempDir private Path folder;
  private Path corpus;

  @BeforeEach
  void makeCorpus() throws IOException {
    corpus = folder.resolve("corpus.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(corpus), UTF_8)) {
      int number = 0;
      for (int i = 0; i < MadeUp.HOSTILE_NAMES.size(); i += 2) {
        String name = MadeUp.HOSTILE_NAMES.get(i);
        if (!name.contains("\ufffe") && !name.contains("..") && !name.contains("\u0000")) {
          zip.putNextEntry(new ZipEntry("d/" + name));
          zip.write(
              "#!/bin/sh\n%d\n%s\n%d"
                  .formatted(number % 3 / 2, OPENED.get(number % OPENED.size()), number)
                  .getBytes(UTF_8));
          number++;
        }
      }
      for (String copy : List.of("d/copy", "z-copy")) {
        zip.putNextEntry(new ZipEntry(copy));
        zip.write("#!/bin/sh\n0\n/etc/crontab\n0".getBytes(UTF_8));
      }
      zip.putNextEntry(new ZipEntry("no program"));
      zip.write("just text".getBytes(UTF_8));
    }
  }

  /** Runs it as JUnit does. */
  private RunDirectory run(Path runs, Map<String, String> options) throws Throwable {
    Path services = MadeUpRun.services(folder.resolve("services"));
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader found = new URLClassLoader(new URL[] {services.toUri().toURL()}, before)) {
      thread.setContextClassLoader(found);
      Experiment experiment =
          Experiment.on(corpus)
              .in("box", "crate")
              .option(RunOptions.REPORTS, "csv")
              .option(new FeatureOptions().options().get(0), "strings")
              .option(RunOptions.OUT, folder.resolve("runs").toString())
              .printingTo(out);
      if (options.containsKey("shard")) {
        experiment = experiment.option(Shard.OPTION, options.get("shard"));
      }
      MadeUpRun.execute(experiment);
    } finally {
      thread.setContextClassLoader(before);
    }
    RunDirectory run = RunDirectory.open(folder.resolve("runs/latest"));
    Path moved = Files.createDirectories(runs).resolve(run.header().id());
    Files.move(run.path(), moved);
    return RunDirectory.open(moved);
  }

  private List<RunDirectory> shards() throws Throwable {
    List<RunDirectory> shards = new ArrayList<>();
    for (int i = 1; i <= SHARDS; i++) {
      shards.add(run(folder.resolve("shards"), Map.of("shard", i + "/" + SHARDS)));
    }
    return shards;
  }

  private Path merge(List<RunDirectory> runs, String... reports) throws IOException {
    new Remake(
            ServiceLoader.load(Report.class),
            Options.of(
                Map.of(
                    MergeOptions.RUNS.name(),
                    runs.stream().map(run -> run.path().toString()).collect(joining(",")),
                    RunDirectory.OUT.name(),
                    folder.resolve("merged").toString())),
            out)
        .make(List.of(reports));
    return folder.resolve("merged/latest").toRealPath();
  }

  private static String everyReport() {
    return StreamSupport.stream(ServiceLoader.load(Report.class).spliterator(), false)
        .map(Report::name)
        .collect(joining(","));
  }

  @Test
  void theReportsOfFiveShardsAreThoseOfTheWhole() throws Throwable {
    RunDirectory whole = run(folder.resolve("whole"), Map.of());
    begunAtOneTime(whole.path(), whole.header().id());
    List<RunDirectory> shards = shards();
    for (RunDirectory shard : shards) {
      measuredInTheSameTime(shard.path(), whole.path());
      begunAtOneTime(shard.path(), shard.header().id());
    }

    Path merged = merge(shards, everyReport());

    Path sameId = folder.resolve("again").resolve(merged.getFileName());
    Files.createDirectories(sameId.getParent());
    Files.move(whole.path(), sameId);
    begunAtOneTime(sameId, sameId.getFileName().toString());
    new Remake(ServiceLoader.load(Report.class), Options.of(Map.of()), out)
        .make(List.of(sameId.toString(), everyReport()));
    Map<String, String> expected = contents(sameId);
    assertThat(expected.keySet())
        .contains("results.csv", "features.csv", "report.html", "junit.xml", "navigator.json")
        .anyMatch(name -> name.startsWith("stix/"))
        .anyMatch(name -> name.startsWith("allure-results/"))
        .anyMatch(name -> name.startsWith("evidence/crate/"));
    assertThat(expected.get("results.csv")).as("hits").containsIgnoringCase("cron");
    assertThat(contents(merged)).isEqualTo(expected);
    assertThat(console.toString(UTF_8)).doesNotContain("warning    ");
  }

  /** What is measured of time, in rows and logs of events, is that of another run's rows. */
  private static void measuredInTheSameTime(Path run, Path other) throws IOException {
    Map<String, ObjectNode> rows = rows(other);
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, ObjectNode> row : rows(run).entrySet()) {
      ObjectNode same = rows.get(row.getKey());
      for (String found : List.of("sample", "verdict", "impact", "behavior", "evidence")) {
        assertThat(row.getValue().get(found)).as(found).isEqualTo(same.get(found));
      }
      lines.add(same.toString());
      String evidence = same.get("evidence").asText();
      Folders.delete(run.resolve(evidence));
      if (Files.exists(other.resolve(evidence))) {
        FolderCopy.of(other.resolve(evidence), run.resolve(evidence));
      }
    }
    Files.write(run.resolve("journal.jsonl"), lines);
  }

  /** Sets the id and the time of a run's starts. */
  private static void begunAtOneTime(Path run, String id) throws IOException {
    Path file = run.resolve("run.json");
    ObjectNode header = (ObjectNode) JSON.readTree(file.toFile());
    header.put("id", id);
    header
        .get("sessions")
        .forEach(session -> ((ObjectNode) session).put("started", "2026-03-01T12:00:00Z"));
    Files.writeString(file, header.toString());
    Files.write(
        run.resolve("journal.jsonl"),
        rows(run).values().stream().map(row -> row.put("run", id).toString()).toList());
  }

  private static Map<String, ObjectNode> rows(Path run) {
    try {
      Map<String, ObjectNode> rows = new TreeMap<>();
      for (String line : Files.readAllLines(run.resolve("journal.jsonl"))) {
        JsonNode row = JSON.readTree(line);
        rows.put(row.get("environment").asText() + row.get("sha256").asText(), (ObjectNode) row);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every file but those that tell of machines, and in which order samples ended. */
  private static Map<String, String> contents(Path run) throws IOException {
    try (Stream<Path> walk = Files.walk(run)) {
      return walk.filter(Files::isRegularFile)
          .map(run::relativize)
          .map(Path::toString)
          .filter(name -> !name.equals("run.json") && !name.equals("journal.jsonl"))
          .collect(toMap(name -> name, name -> digestOrText(run.resolve(name))));
    }
  }

  /** As text where a difference is to be read. */
  private static String digestOrText(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, UTF_8);
      if (!Arrays.equals(text.getBytes(UTF_8), bytes)) {
        return HexFormat.of().formatHex(bytes);
      }
      return file.endsWith("corpus.jsonl") // its order is that of an archive
          ? text.lines().sorted().collect(joining("\n"))
          : text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsMissingIsSaidFirst() throws Throwable {
    List<RunDirectory> shards =
        List.of(
            run(folder.resolve("shards"), Map.of("shard", "1/2")),
            run(folder.resolve("shards"), Map.of("shard", "2/2")));
    RunDirectory second = shards.get(1);
    Path journal = shards.get(0).path().resolve("journal.jsonl");
    List<String> lines =
        rows(shards.get(0).path()).values().stream().map(ObjectNode::toString).toList();
    Files.writeString(
        journal,
        String.join("\n", lines.subList(0, lines.size() - 1))
            + "\n"
            + lines.get(lines.size() - 1).substring(0, 99));
    String id = shards.get(0).header().id();
    long files = Files.readAllLines(second.path().resolve("corpus.jsonl")).size();

    Path merged = merge(shards.subList(0, 1), "summary,html,csv");

    String missing =
        "shard 2 of 2 is missing: its %d files, copies included, are absent".formatted(files);
    String lost =
        "run %s has no result of 1 of its %d samples in crate".formatted(id, lines.size() / 2);
    assertThat(Files.readString(merged.resolve("summary.md")))
        .contains("**<code>" + missing.replace(":", "&#58;"))
        .contains("has no result of 1 of its ");
    assertThat(Files.readString(merged.resolve("report.html"))).contains(missing, lost);
    assertThat(console.toString(UTF_8)).contains("warning    " + missing);
    assertThat(Files.readAllLines(merged.resolve("results.csv")))
        .as("the head, and what was measured")
        .hasSize(1 + lines.size() - 1);
  }

  @Test
  void theReportOfAShardSaysThatItIsOne() throws Throwable {
    RunDirectory shard = run(folder.resolve("shards"), Map.of("shard", "2/5"));
    new Remake(ServiceLoader.load(Report.class), Options.of(Map.of()), out)
        .make(List.of(shard.path().toString()));
    String said = "shard 2 of 5 of the corpus";
    assertThat(Files.readString(shard.path().resolve("summary.md"))).contains(said);
    assertThat(Files.readString(shard.path().resolve("report.html"))).contains(said, "2/5");
    assertThat(shard.header().shard()).isEqualTo(new Shard(2, 5));
  }

  @Test
  void anEmptyShardHasReports() throws Throwable {
    Path run = run(folder.resolve("empty"), Map.of("shard", "1/99")).path();
    for (int i = 2; !rows(run).isEmpty(); i++) {
      run = run(folder.resolve("empty"), Map.of("shard", i + "/99")).path();
    }
    new Remake(ServiceLoader.load(Report.class), Options.of(Map.of()), out)
        .make(List.of(run.toString(), everyReport()));
    assertThat(Files.readAllLines(run.resolve("results.csv"))).hasSize(1);
    assertThat(Files.readString(run.resolve("report.html"))).contains("/99");
  }
}

package org.malassay.reports.allure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qameta.allure.model.TestResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Recording;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.environment.Evidence;
import org.malassay.environment.Libraries;
import org.malassay.environment.Piece;
import org.malassay.features.FeaturePiece;
import org.malassay.features.FeatureSheet;
import org.malassay.features.Features;
import org.malassay.label.Label;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;
import org.malassay.run.Service;
import org.malassay.run.Session;
import org.malassay.run.UnsupportedCalls;
import org.malassay.verdict.Cause;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class AllureReportTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path runs;

  AllureReportTest(@TempDir Path runs) {
    this.runs = runs;
  }

  @Test
  void aRowSaysWhereWhatAndHowBad() throws IOException {
    Result result =
        MadeUp.row("container", "dir/a").notExecutable(Cause.Type.EXIT_STATUS, "127").build();
    JsonNode json = only(write(List.of(result)));
    String prefix = result.sha256().substring(0, 12);
    assertThat(json.path("name").asText()).isEqualTo("a [" + prefix + "]");
    assertThat(json.path("fullName").asText()).isEqualTo("malassay.container/dir/a");
    assertThat(json.path("status").asText()).isEqualTo("passed");
    assertThat(message(json)).isEqualTo("NOT_EXECUTABLE: exit status: 127");
    assertThat(json.path("stop").asLong() - json.path("start").asLong()).isEqualTo(1234);
    assertThat(pairs(json.path("parameters")))
        .containsExactly(
            " verdict=NOT_EXECUTABLE: exit status: 127",
            "env=container",
            "category=backdoor",
            "family=mirai",
            "threat score=0",
            "impact score=0",
            "sha256=" + result.sha256(),
            "label score=9",
            "duration=1234 ms");
    assertThat(json.path("parameters"))
        .allMatch(parameter -> !parameter.path("excluded").asBoolean())
        .filteredOn(parameter -> parameter.path("mode").asText().equals("hidden"))
        .extracting(parameter -> parameter.path("name").asText())
        .containsExactly("sha256", "label score", "duration");
    assertThat(pairs(json.path("labels")))
        .contains(
            "parentSuite=Study.samples",
            "tag=T1053.003",
            "suite=container",
            "epic=backdoor",
            "feature=mirai",
            "story=container",
            "tag=backdoor",
            "tag=mirai",
            "tag=NOT_EXECUTABLE",
            "tag=exit status",
            "severity=trivial");
    assertThat(json.path("descriptionHtml").asText())
        .contains("<td>ELF 32-bit LSB executable, arm, EABI5 hard-float, dynamic</td>")
        .contains("<td>up before (1.5 ms), 4 of 5 probes answered during, up after");
  }

  @Test
  void whatAGuestWasGivenForItsSampleAndWhatItLacksStillStandInTheTable() throws IOException {
    Libraries given =
        new Libraries(
            List.of(new Libraries.Added("/lib/ld-linux.so.3", "libc6:armel 2.36")),
            List.of("<b>.so: no source has it"));
    String html =
        only(write(List.of(MadeUp.row("container", "a").libraries(given).build())))
            .path("descriptionHtml")
            .asText();
    assertThat(html)
        .contains("libraries added</th><td>/lib/ld-linux.so.3 (libc6:armel 2.36)</td>")
        .contains("libraries lacking</th><td>&lt;b&gt;.so: no source has it</td>");
  }

  @Test
  void anImpactIsToldWithEachHitAndItsEvidence() throws IOException {
    String html =
        only(write(List.of(MadeUp.row("container", "a").build()))).path("descriptionHtml").asText();

    assertThat(html)
        .contains("3.2, serious: stays, spies, attacks others")
        .contains("environment 3.2, service 2, user 0, third party 0")
        .contains(
            "hit: Stays; by cron", "high, done (3 times): openat(", "3.2 points for environment")
        .contains("at 1.250 s in process 11 (/tmp/&lt;i&gt;x&lt;/i&gt;)")
        .contains("seen by tracer, which a sample can forge; ATT&amp;CK T1053.003; rule f0b3")
        .contains("by Somebody &lt;b&gt;Else&lt;/b&gt;")
        .contains("measured: service", "the web service answered 4 of 5 times: 2.0 points")
        .doesNotContain("<script>", "\u001b");
  }

  @Test
  void aWeakLabelIsSaidToBeOne() throws IOException {
    JsonNode json = only(write(List.of(MadeUp.row("container", "a").label(MadeUp.weak()).build())));
    assertThat(pairs(json.path("parameters")))
        .contains("category=none: weak label", "label score=none", "threat score=none");
    assertThat(pairs(json.path("labels")))
        .contains("tag=none: weak label")
        .noneMatch(label -> label.startsWith("severity="));
    assertThat(json.path("descriptionHtml").asText())
        .contains(
            ">label</th><td>none: weak label; 4 of 60 engines detect it, 3 of them independently;"
                + " VirusTotal v3</td>");
  }

  @Test
  void theDescriptionSaysByWhatTheSampleIsInItsCategory() throws IOException {
    Label backdoor = MadeUp.backdoor();
    Label byFamily =
        new Label(
            backdoor.status(),
            Optional.of("ddos"),
            Optional.of(Label.Basis.FAMILY),
            9,
            Optional.empty(),
            9,
            false,
            backdoor.family(),
            9,
            41,
            33,
            60,
            backdoor.score(),
            "");
    assertThat(
            only(write(List.of(MadeUp.row("container", "a").label(byFamily).build())))
                .path("descriptionHtml")
                .asText())
        .contains("<td>ddos as its family is mirai by 9 votes, margin 9; 41 of 60 engines");
  }

  @Test
  void unsupportedCallsAreShownOfASampleThatRunsAsWell() throws IOException {
    Result result =
        MadeUp.row("unikernel", "bot")
            .unsupportedCalls(new UnsupportedCalls("fork", "ENOSYS", 3))
            .build();
    assertThat(only(write(List.of(result))).path("descriptionHtml").asText())
        .contains(">unsupported calls</th><td>fork:ENOSYS:3</td>");
    assertThat(
            only(write("none", List.of(MadeUp.row("container", "a").build("none"))))
                .path("descriptionHtml")
                .asText())
        .doesNotContain("unsupported calls");
  }

  @Test
  void theStatusIsWhatJunitSaysOfTheTest() throws IOException {
    Path results =
        write(
            List.of(
                MadeUp.row("container", "passed").build(),
                MadeUp.row("container", "failed").violations("first", "second").build(),
                MadeUp.row("container", "passed as tolerated")
                    .inconclusive("x")
                    .tolerated()
                    .build(),
                MadeUp.row("container", "broken").inconclusive("gone").violations("x").build()));
    assertThat(results(results))
        .allSatisfy(
            json ->
                assertThat(json.path("name").asText())
                    .startsWith(json.path("status").asText() + " "))
        .extracting(AllureReportTest::message)
        .containsExactlyInAnyOrder(
            "EXECUTABLE",
            "INCONCLUSIVE: guest failed: x",
            "broken expectation: first\nbroken expectation: second\nEXECUTABLE",
            "broken expectation: x\nINCONCLUSIVE: guest failed: gone");
  }

  @Test
  void identityIsTheSampleAndTheEnvironmentInEveryRun() throws IOException {
    JsonNode first = only(write("first", List.of(MadeUp.row("container", "a").build("first"))));
    JsonNode second = only(write("second", List.of(MadeUp.row("container", "a").build("second"))));
    JsonNode elsewhere = only(write("third", List.of(MadeUp.row("unikernel", "a").build("third"))));
    for (String id : List.of("historyId", "testCaseId")) {
      assertThat(first.path(id).asText()).isNotEmpty().isEqualTo(second.path(id).asText());
      assertThat(first.path(id)).isNotEqualTo(elsewhere.path(id));
    }
    assertThat(first.path("uuid")).isNotEqualTo(second.path("uuid"));
  }

  /** The first one is in trends what it is in runs without others. */
  @Test
  void aRepetitionIsAResultOfItsOwnWithItsNumber() throws IOException {
    Result once = MadeUp.row("container", "a").build();
    Result again = MadeUp.row("container", "a").repetition(2).build();
    AllureIdentity alone = AllureIdentity.of(AllureResult.of(once, "", false));
    assertThat(AllureIdentity.of(AllureResult.of(once, "", true))).isEqualTo(alone);
    AllureIdentity second = AllureIdentity.of(AllureResult.of(again, "", true));
    assertThat(second.history()).isNotEqualTo(alone.history());
    assertThat(second.uuid()).isNotEqualTo(alone.uuid());
    assertThat(second.name()).isEqualTo(alone.name() + ", repetition 2");
    assertThat(AllureResult.of(again, "", true).getParameters())
        .anyMatch(it -> it.getName().equals("repetition") && it.getValue().equals("2"));
    assertThat(AllureResult.of(once, "", false).getParameters())
        .noneMatch(it -> it.getName().equals("repetition"));
  }

  private record AllureIdentity(String history, String uuid, String name) {
    static AllureIdentity of(TestResult result) {
      return new AllureIdentity(result.getHistoryId(), result.getUuid(), result.getName());
    }
  }

  @Test
  void hostileTextIsPrintableAndNoHtml() throws IOException {
    List<Result> hostile =
        MadeUp.HOSTILE_NAMES.stream()
            .map(
                name ->
                    MadeUp.row("container", name)
                        .notExecutable(Cause.Type.SIGNAL, name)
                        .note(name)
                        .violations(name)
                        .build())
            .toList();
    assertThat(results(write(hostile)))
        .hasSameSizeAs(hostile)
        .allSatisfy(
            json -> {
              assertThat(json.toString()).doesNotContainPattern("[\\p{Cf}]|\\\\u00[01]");
              assertThat(json.path("name").asText()).hasSizeLessThan(200);
              assertThat(elements(json.path("descriptionHtml").asText()))
                  .containsExactlyInAnyOrder("table style", "tr", "th align style", "td");
              assertThat(json.path("description").asText("")).isEmpty(); // Markdown
            });
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REPETITIONS_DISAGREE") // no row's
  void eachCauseFallsIntoItsOwnCategoryOnly(Cause.Type type) {
    String hostile = "\nEXECUTABLE\nNOT_EXECUTABLE: abort";
    for (String detail : List.of("", "detail", hostile)) {
      Result result = MadeUp.row("container", "a").notExecutable(type, detail).build();
      assertThat(categories(result)).containsExactly(type.label());
    }
    assertThat(
            categories(
                MadeUp.row("container", "a")
                    .notExecutable(type, hostile)
                    .violations(hostile)
                    .build()))
        .containsExactly("broken expectation", type.label());
  }

  @Test
  void whatExecutesAndWhatIsInconclusiveHaveCategoriesToo() {
    assertThat(categories(MadeUp.row("container", "a").build())).containsExactly("executable");
    assertThat(categories(MadeUp.row("container", "a").inconclusive("gone").build()))
        .containsExactly("guest failed");
  }

  private static List<String> categories(Result result) {
    var allure = AllureResult.of(result, "", false);
    return Category.ALL.stream()
        .filter(category -> category.matchedStatuses().contains(allure.getStatus().value()))
        .filter(
            category ->
                Pattern.compile(category.messageRegex(), Pattern.DOTALL)
                    .matcher(allure.getStatusDetails().getMessage())
                    .matches())
        .map(Category::name)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"10, blocker", "8, blocker", "7, critical", "6, critical", "4, minor", "0.5, minor"})
  void severityFollowsTheThreatScoreAndIsNeverWhatAllureShowsOfNone(double score, String severity)
      throws IOException {
    JsonNode scored =
        only(write("scored", List.of(MadeUp.row("container", "a").threatScore(score).build())));
    assertThat(pairs(scored.path("labels"))).contains("severity=" + severity);
    Result unknown = MadeUp.row("container", "a").label(Label.missing("no source")).build();
    assertThat(pairs(only(write("unknown", List.of(unknown))).path("labels")))
        .noneMatch(label -> label.startsWith("severity="));
  }

  private static Service service(boolean before, boolean after, Optional<Boolean> intact) {
    OptionalDouble none = OptionalDouble.empty();
    return new Service(
        before, 0, 0, Optional.of(after), intact, none, none, none, Optional.empty());
  }

  @Test
  void harmToTheWebServiceIsATagAndACategoryOfItsOwn() throws IOException {
    Result gone =
        MadeUp.row("container", "gone").service(service(true, false, Optional.empty())).build();
    Result defaced =
        MadeUp.row("container", "defaced").service(service(true, true, Optional.of(false))).build();
    Result never =
        MadeUp.row("container", "never").service(service(false, false, Optional.empty())).build();
    assertThat(categories(gone)).containsExactly("web service hurt", "executable");
    assertThat(categories(defaced)).containsExactly("web service hurt", "executable");
    assertThat(categories(never)).as("was not up before either").containsExactly("executable");
    assertThat(results(write(List.of(gone, defaced, never))))
        .filteredOn(json -> pairs(json.path("labels")).contains("tag=web service hurt"))
        .extracting(AllureReportTest::message)
        .containsExactlyInAnyOrder(
            "web service hurt: it did not answer afterwards\nEXECUTABLE",
            "web service hurt: it answered with another page than before\nEXECUTABLE");
  }

  /** The folders of runs are removed some day; what came out of them stays in {@code -Dout}. */
  @Test
  void theTrendKeepsTheRunsWhoseFoldersAreGone() throws IOException {
    for (int i = 1; i <= 3; i++) {
      AllureReport report = new AllureReport(Map.of());
      report.write(Runs.inFolderOf(started(i)), Options.of(Map.of()));
    }
    RunDirectory other =
        RunDirectory.create(
            runs,
            RunHeader.of(
                "other",
                "Study.other",
                new Session(MadeUp.STARTED, Map.of(), Map.of(), Map.of(), Optional.empty())),
            List.of());
    MadeUp.write(new AllureReport(Map.of()), other);
    for (String gone : List.of("run-1", "run-2")) {
      removed(runs.resolve(gone));
    }
    Path kept = runs.resolve("allure-history.jsonl");
    Files.writeString(kept, "{\"half\nnull\n\n{}\n" + Files.readString(kept));
    RunDirectory last = started(4);
    AllureReport report = new AllureReport(Map.of());
    Path history = report.write(Runs.inFolderOf(last), Options.of(Map.of())).resolve("history");
    JsonNode trend = JSON.readTree(history.resolve("history-trend.json").toFile());
    assertThat(trend)
        .extracting(point -> point.path("reportName").asText())
        .containsExactly("run-3", "run-2", "run-1");
    assertThat(trend)
        .extracting(point -> point.path("buildOrder").asInt())
        .containsExactly(3, 2, 1);
    assertThat(trend)
        .extracting(point -> point.path("data").path("passed").asInt())
        .containsExactly(3, 2, 1);
    assertThat(Files.readAllLines(kept)).hasSize(5);
    Path again = report.write(Runs.inFolderOf(started(3)), Options.of(Map.of()));
    assertThat(JSON.readTree(again.resolve("history/history-trend.json").toFile()))
        .as("an earlier run, reported again, knows nothing of later ones")
        .hasSize(2);
  }

  /** The run of that day, with as many results. */
  private RunDirectory started(int day) throws IOException {
    String id = "run-" + day;
    if (!Files.exists(runs.resolve(id))) {
      Session session =
          new Session(
              MadeUp.STARTED.plusSeconds(86_400L * day),
              Map.of(),
              Map.of(),
              Map.of(),
              Optional.empty());
      RunDirectory run =
          RunDirectory.create(runs, RunHeader.of(id, "Study.samples", session), List.of());
      try (Journal journal = run.journal()) {
        for (int i = 0; i < day; i++) {
          journal.append(MadeUp.row("container", "a" + i).build(id));
        }
      }
    }
    return RunDirectory.open(runs.resolve(id));
  }

  private static void removed(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void earlierRunsAreTheTrend() throws IOException {
    MadeUp.run(
        runs,
        "first",
        List.of(
            MadeUp.row("container", "a").notExecutable(Cause.Type.ABORT, "").build("first"),
            MadeUp.row("container", "b").inconclusive("gone").build("first")));
    RunDirectory broken = MadeUp.run(runs, "second", List.of());
    Files.delete(broken.path().resolve("journal.jsonl"));
    MadeUp.run(runs, "third", List.of(MadeUp.row("container", "a").violations("v").build("third")));
    List<RunDirectory> earlier = new ArrayList<>();
    for (String id : List.of("first", "second", "third")) {
      earlier.add(RunDirectory.open(runs.resolve(id)));
    }
    RunDirectory last = MadeUp.run(runs, List.of(MadeUp.row("container", "a").build()));
    Path history =
        new AllureReport(Map.of())
            .write(Runs.of(last, earlier), Options.of(Map.of()))
            .resolve("history");
    assertThat(JSON.readTree(history.resolve("history-trend.json").toFile()))
        .hasToString(
            "[{\"buildOrder\":2,\"reportName\":\"third\",\"reportUrl\":\"\",\"data\":"
                + "{\"failed\":1,\"broken\":0,\"skipped\":0,\"passed\":0,\"total\":1}},"
                + "{\"buildOrder\":1,\"reportName\":\"first\",\"reportUrl\":\"\",\"data\":"
                + "{\"failed\":0,\"broken\":1,\"skipped\":0,\"passed\":1,\"total\":2}}]");
    assertThat(JSON.readTree(history.resolve("categories-trend.json").toFile()))
        .extracting(point -> point.path("data").toString())
        .containsExactly(
            "{\"broken expectation\":1,\"executable\":1}", "{\"abort\":1,\"guest failed\":1}");
  }

  @Test
  void howMuchEvidenceIsAttachedIsAnOption() throws IOException {
    Result result = MadeUp.row("container", "a").build();
    RunDirectory run = MadeUp.run(runs, List.of(result));
    Evidence evidence = run.evidence(result);
    evidence.write(Piece.STDOUT, "x".repeat(100).getBytes(UTF_8));
    evidence.write(Piece.PAGE_BEFORE, "before".getBytes(UTF_8));
    evidence.write(Piece.PAGE_CHANGED, "<b>owned</b>".getBytes(UTF_8));
    evidence.write(Piece.text("calls", "what it called", Origin.HOST), "open".getBytes(UTF_8));
    Options options = Options.of(Map.of("allure.attachments", "3", "allure.attachment.size", "12"));
    Path results = new AllureReport(Map.of()).write(Runs.of(run), options);
    JsonNode attachments = only(results).path("attachments");
    assertThat(attachments)
        .extracting(file -> file.path("name").asText())
        .containsExactly(
            "stdout: what the sample wrote to its standard output",
            "page-before: the web service's page before the sample",
            "page-changed: the web service's page after the sample");
    assertThat(text(results, attachments.get(0))).contains("[cut: the first 12 of 100 bytes;");
    assertThat(text(results, attachments.get(2))).isEqualTo("<b>owned</b>");
  }

  @Test
  void evidenceIsAttachedAsBoundedPlainTextAndLinksAreNotFollowed() throws IOException {
    Path secret = Files.writeString(runs.resolve("secret"), "secret");
    Result result = MadeUp.row("container", "a").build();
    RunDirectory run = MadeUp.run(runs, List.of(result));
    Evidence evidence = run.evidence(result);
    evidence.write(Piece.FAILURE, "at org.malassay".getBytes(UTF_8));
    evidence.write(Piece.SERVICE_LOG, "GET /\n".getBytes(UTF_8));
    evidence.write(Piece.STDERR, new byte[] {'a', (byte) 0xff, 0x1b, '\n'});
    evidence.write(Piece.STDOUT, "<script>alert(1)</script>".getBytes(UTF_8));
    evidence.write(
        new Piece("net.pcap", "what went over the network", "application/pcap", Origin.NETWORK),
        new byte[] {1, 2});
    Files.writeString(
        evidence.folder().resolve("trace"), "x".repeat(3 * 65536)); // not in the index
    Files.createSymbolicLink(evidence.folder().resolve("link"), secret);
    Files.createSymbolicLink(evidence.folder().resolve("folder"), runs);
    Path results = MadeUp.write(new AllureReport(Map.of()), run);

    JsonNode attachments = only(results).path("attachments");
    assertThat(attachments)
        .extracting(file -> file.path("name").asText())
        .as("what is no text stays in the folder")
        .containsExactly(
            "failure.txt: why the tool failed",
            "stdout: what the sample wrote to its standard output",
            "stderr: what the sample wrote to its standard error",
            "service.log: what the web service wrote",
            "trace");
    assertThat(attachments)
        .extracting(file -> file.path("type").asText())
        .containsOnly("text/plain");
    assertThat(attachments)
        .extracting(file -> text(results, file))
        .startsWith("at org.malassay", "<script>alert(1)</script>", "a\\xff\\x1b\n", "GET /\n");
    assertThat(text(results, attachments.get(4)))
        .hasSizeLessThan(65536 + 200)
        .endsWith(
            "x\n[cut: the first 65536 of 196608 bytes; the rest is in the evidence folder]\n");
  }

  /** Processes as steps with their times, and all that was seen as text, in the log's place. */
  @Test
  void whatTheSampleDidIsATreeOfStepsAndAText() throws IOException {
    Result result =
        MadeUp.row("container", "a")
            .recording(
                Recording.OFF
                    .with(Facet.PROCESSES, FacetState.OBSERVED)
                    .with(Facet.CALLS, FacetState.missing("no <b>rights</b>")))
            .build();
    RunDirectory run = MadeUp.run(runs, List.of(result));
    try (EventLog log =
        EventLog.open(
            run.evidence(result).stream(
                new Piece(EventLog.FILE, "what was seen", "application/gzip", Origin.HOST)),
            Instant.EPOCH,
            EventLog.Bounds.DEFAULT)) {
      log.accept(new ProcessBegun(Duration.ZERO, Origin.HOST_KERNEL, 7, 1));
      log.accept(
          new ProgramStarted(
              Duration.ofMillis(1),
              Origin.HOST_KERNEL,
              7,
              "/tmp/a",
              List.of("a", "\u001b[31mred"),
              false));
      log.accept(new ProcessBegun(Duration.ofMillis(20), Origin.HOST_KERNEL, 8, 7));
      log.accept(
          new UnsupportedCall(Duration.ofMillis(30), Origin.LIBRARY_OS, "fork", "ENOSYS", 3));
      log.accept(
          new ProcessEnded(
              Duration.ofMillis(90),
              Origin.HOST_KERNEL,
              8,
              OptionalInt.empty(),
              OptionalInt.of(15)));
    }
    Path results = MadeUp.write(new AllureReport(Map.of()), run);

    JsonNode page = only(results);
    JsonNode first = page.path("steps").get(0);
    assertThat(first.path("name").asText())
        .isEqualTo("process 7: /tmp/a \\x1b[31mred: its end was not seen");
    assertThat(first.path("steps").get(0).path("name").asText())
        .isEqualTo("process 8: the program of its parent: signal 15");
    assertThat(first.path("steps").get(0).path("stop").asLong())
        .isEqualTo(page.path("start").asLong() + 90);
    assertThat(page.path("attachments"))
        .extracting(file -> file.path("name").asText())
        .containsExactly("behavior");
    assertThat(text(results, page.path("attachments").get(0)))
        .contains("processes  observed", "system calls: missing (no <b>rights</b>)")
        .contains("0.000 ms  7 /tmp/a \\x1b[31mred (its end was not seen)")
        .contains("20.000 ms    8 (the program of its parent) (signal 15 at 90.000 ms)")
        .contains("system calls that the environment lacks\n         3  fork (ENOSYS)")
        .doesNotContain("none");
  }

  @Test
  void stringsAndPictureOfASampleAreAttachedWhereTheyWereMade() throws IOException {
    Result result = MadeUp.row("container", "a").build();
    RunDirectory run = MadeUp.run(runs, List.of(result));
    run.writeFeatures(
        result.sha256(),
        new Features(
            new FeatureSheet(new TreeSet<>(), new TreeMap<>(), Optional.empty(), new TreeMap<>()),
            List.of(
                new FeaturePiece(
                    FeaturePiece.STRINGS, "strings", "text/plain", "0 4 \u001b[1m".getBytes(UTF_8)),
                new FeaturePiece(FeaturePiece.IMAGE, "image", "image/png", new byte[] {1, 2}),
                new FeaturePiece("opcodes.csv", "opcodes", "text/csv", new byte[] {3}))));
    Path results = MadeUp.write(new AllureReport(Map.of()), run);
    JsonNode attachments = only(results).path("attachments");
    assertThat(attachments)
        .extracting(file -> file.path("name").asText(), file -> file.path("type").asText())
        .containsExactly(
            tuple("strings.txt: strings", "text/plain"), tuple("image.png: image", "image/png"));
    assertThat(text(results, attachments.get(0))).isEqualTo("0 4 \\x1b[1m");
    assertThat(results.resolve(attachments.get(1).path("source").asText()))
        .hasBinaryContent(new byte[] {1, 2});
  }

  @Test
  void anEvidenceFolderThatIsALinkIsNotFollowed() throws IOException {
    Result result = MadeUp.row("container", "a").build();
    RunDirectory run = MadeUp.run(runs, List.of(result));
    Path folder = run.evidence(result).folder();
    Files.createDirectories(folder.getParent());
    Files.createSymbolicLink(folder, runs);
    assertThat(only(MadeUp.write(new AllureReport(Map.of()), run)).path("attachments")).isEmpty();
  }

  @Test
  void aReportReplacesTheOneBeforeAndWhatAKilledOneLeft() throws IOException {
    RunDirectory run = MadeUp.run(runs, List.of(MadeUp.row("container", "a").build()));
    for (String folder : List.of("allure-results", ".allure-results.tmp", ".allure-results.old")) {
      Files.createDirectories(run.path().resolve(folder).resolve("deep"));
      Files.writeString(run.path().resolve(folder).resolve("deep/stale-result.json"), "{}");
    }
    MadeUp.write(new AllureReport(Map.of()), run);
    try (Stream<Path> all = Files.walk(run.path())) {
      assertThat(all.map(Path::toString)).noneMatch(path -> path.contains("stale"));
    }
    assertThat(Files.exists(run.path().resolve(".allure-results.old"))).isFalse();
  }

  @Test
  void theEnvironmentIsWhatTheHeaderSays() throws IOException {
    Path results = write(List.of());
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(results.resolve("environment.properties"))) {
      properties.load(in);
    }
    assertThat(properties)
        .containsEntry("run", "made-up")
        .containsEntry("started", "2026-03-01T12:00:00Z")
        .containsEntry("option: time.limit", "10s")
        .containsEntry("version: java", "17")
        .containsEntry("container: arm", "qemu-user 7.2")
        .containsEntry("experiment", "Study.samples")
        .hasSize(9);
  }

  /** What the page and comparison.csv say of the environments. */
  @Test
  void howTheEnvironmentsCompareStandsAmongTheFactsOfTheRun() throws IOException {
    Path results =
        write(
            List.of(
                MadeUp.row("container", "a").build(),
                MadeUp.row("container", "b").notExecutable(Cause.Type.ABORT, "").build(),
                MadeUp.row("unikernel", "a").notExecutable(Cause.Type.NO_LOADER, "").build(),
                MadeUp.row("unikernel", "b").inconclusive("gone").build()));
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(results.resolve("environment.properties"))) {
      properties.load(in);
    }
    assertThat(properties)
        .containsEntry("result in container: samples", "2")
        .containsEntry("result in container: executable", "1 of 2, 50 % (9–91 %)")
        .containsEntry("result in container: threat score, mean and median", "4.5, 4.5")
        .containsEntry("result in container: impact score, mean and median", "1.6, 1.6")
        .containsEntry("result in unikernel: inconclusive", "1")
        .containsEntry("result in unikernel: executable", "0 of 1, 0 % (0–79 %)")
        .containsEntry(
            "result of container against unikernel: executable",
            "1 in the first only, 0 in the second only, p = 1.000 (by Holm)");
  }

  @Test
  void ofAContinuedRunTheEnvironmentSaysWhatWasOtherwiseLater() throws IOException {
    RunDirectory run =
        MadeUp.run(runs, List.of())
            .continued(
                new Session(
                    MadeUp.STARTED.plusSeconds(60),
                    Map.of("time.limit", "10s", "env", "unikernel"),
                    Map.of("malassay", "0.1.0", "java", "21"),
                    Map.of("unikernel", Map.of("kernel", "7")),
                    Optional.empty()),
                List.of());
    Path results = MadeUp.write(new AllureReport(Map.of()), run);
    assertThat(Files.readString(results.resolve("environment.properties")).lines())
        .contains(
            "option\\:\\ env=container",
            "start\\ 2\\:\\ started=2026-03-01T12\\:01\\:00Z",
            "start\\ 2\\:\\ option\\:\\ env=unikernel",
            "start\\ 2\\:\\ version\\:\\ java=21",
            "unikernel\\:\\ kernel=7")
        .noneMatch(line -> line.startsWith("start\\ 2\\:\\ option\\:\\ time.limit"));
  }

  @Test
  void theCiSystemIsToldByItsVariables() throws IOException {
    assertThat(executor(Map.of())).isNull();
    assertThat(
            executor(
                Map.of(
                    "GITHUB_RUN_ID", "77",
                    "GITHUB_RUN_NUMBER", "5",
                    "GITHUB_REPOSITORY", "o/r",
                    "GITHUB_SERVER_URL", "https://github.example")))
        .hasToString(
            "{\"name\":\"GitHub Actions\",\"type\":\"github\","
                + "\"buildUrl\":\"https://github.example/o/r/actions/runs/77\",\"buildOrder\":5}");
    assertThat(executor(Map.of("CI_JOB_URL", "https://gitlab.example/1", "CI_PIPELINE_IID", "x")))
        .hasToString(
            "{\"name\":\"GitLab CI\",\"type\":\"gitlab\","
                + "\"buildUrl\":\"https://gitlab.example/1\"}");
    assertThat(executor(Map.of("BUILD_URL", "https://ci.example/9/", "BUILD_NUMBER", "9")))
        .hasToString(
            "{\"name\":\"Jenkins\",\"type\":\"jenkins\","
                + "\"buildUrl\":\"https://ci.example/9/\",\"buildOrder\":9}");
  }

  private static @Nullable JsonNode executor(Map<String, String> variables) throws IOException {
    var executor = Executor.of(variables);
    return executor.isPresent() ? JSON.valueToTree(executor.get()) : null;
  }

  private Path write(List<Result> results) throws IOException {
    return write("made-up", results);
  }

  private Path write(String run, List<Result> results) throws IOException {
    return MadeUp.write(new AllureReport(Map.of()), MadeUp.run(runs, run, results));
  }

  private static JsonNode only(Path results) throws IOException {
    List<JsonNode> all = results(results);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static List<JsonNode> results(Path folder) throws IOException {
    Path[] files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(file -> file.toString().endsWith("-result.json")).toArray(Path[]::new);
    }
    JsonNode[] nodes = new JsonNode[files.length];
    for (int i = 0; i < files.length; i++) {
      nodes[i] = JSON.readTree(files[i].toFile());
    }
    return Arrays.asList(nodes);
  }

  private static String text(Path results, JsonNode attachment) {
    try {
      return Files.readString(results.resolve(attachment.path("source").asText()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String message(JsonNode result) {
    return result.path("statusDetails").path("message").asText();
  }

  private static List<String> pairs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(pair -> pair.path("name").asText() + "=" + pair.path("value").asText())
        .toList();
  }

  /** What a parser finds in a piece of HTML that is well-formed: elements and their attributes. */
  private static Set<String> elements(String html)
      throws IOException, ParserConfigurationException, SAXException {
    Set<String> found = new HashSet<>();
    NodeList all =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(html)))
            .getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      StringBuilder element = new StringBuilder(all.item(i).getNodeName());
      NamedNodeMap attributes = all.item(i).getAttributes();
      for (int j = 0; j < attributes.getLength(); j++) {
        element.append(' ').append(attributes.item(j).getNodeName());
      }
      found.add(element.toString());
    }
    return found;
  }
}

package org.malassay.reports.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Recording;
import org.malassay.environment.Libraries;
import org.malassay.label.Label;
import org.malassay.reports.MadeUp;
import org.malassay.run.Result;
import org.malassay.run.Service;
import org.malassay.run.UnsupportedCalls;
import org.malassay.sample.FileFacts;
import org.malassay.sample.FileFacts.FileType;
import org.malassay.verdict.Cause;

class ResultsReportTest {
  @SuppressWarnings("UnusedVariable") // read by JUnit
  private static final List<String> HOSTILE = MadeUp.HOSTILE_NAMES;

  private final Path runs;

  ResultsReportTest(@TempDir Path runs) {
    this.runs = runs;
  }

  @Test
  void theHeaderIsTheOneThatReadersDependOn() throws IOException {
    assertThat(Files.readString(csv(List.of())))
        .isEqualTo(
            "run,environment,sample,sha256,md5,size,file_type,architecture,abi,linkage,verdict,"
                + "cause,exit_code,signal,timed_out,duration_ms,overhead_ms,category,family,"
                + "engines,label_score,threat_score,"
                + "cpu_ms,label_status,label_votes,label_runner_up,label_margin,label_tie,"
                + "family_votes,detections,service_before,service_probes_during,"
                + "service_answers_during,service_after,page_intact,latency_before_ms,"
                + "latency_during_ms,latency_after_ms,stdout_bytes,stderr_bytes,survivors,note,"
                + "evidence,violations,refused_calls,label_basis,independent_detections,label_note,packed,recording,session,"
                + "calls,processes,programs,files_changed,conversations,"
                + "files_kept,guest_cpu_ms,guest_memory_peak,saturation,"
                + "impact_score,impact_environment,impact_service,impact_user,"
                + "impact_third_party,hits,impact_status,comparisons_given_up,libraries_added,repetition,"
                + "commands,commands_typed,stages,stages_refused,last_stage\r\n");
  }

  @Test
  void aRowHoldsEverythingThatWasMeasured() throws IOException {
    Result result =
        MadeUp.row("container", "dir/a")
            .note("stopped")
            .violations("one", "two")
            .unsupportedCalls(
                new UnsupportedCalls("fork", "ENOSYS", 3),
                new UnsupportedCalls("execve", "ENOSYS", 1))
            .build();
    assertThat(parse(List.of(result)).get(0).values())
        .containsExactly(
            "made-up",
            "container",
            "dir/a",
            result.sha256(),
            result.md5(),
            "9876",
            "ELF 32-bit LSB executable",
            "arm",
            "EABI5 hard-float",
            "dynamic",
            "EXECUTABLE",
            "",
            "0",
            "",
            "false",
            "1234",
            "210",
            "backdoor",
            "mirai",
            "60",
            "9",
            "9",
            "77",
            "LABELLED",
            "12",
            "ddos",
            "4",
            "false",
            "9",
            "41",
            "true",
            "5",
            "4",
            "true",
            "true",
            "1.5",
            "2.25",
            "1.75",
            "11",
            "22",
            "1",
            "stopped",
            result.evidence(),
            "one | two",
            "fork:ENOSYS:3 execve:ENOSYS:1",
            "CATEGORY",
            "33",
            "VirusTotal v3",
            "none",
            "calls: cut (3 events lost: a flood); processes: off; files: off; network: off;"
                + " usage: off; service: observed",
            "2",
            "112",
            "",
            "",
            "3",
            "",
            "",
            "",
            "",
            "ended by itself",
            "3.2",
            "3.2",
            "2",
            "0",
            "0",
            "Stays, by cron",
            "seen",
            "0",
            "",
            "1",
            "",
            "",
            "",
            "",
            "");
  }

  @Test
  void whatAGuestWasGivenForItsSampleIsNamedWithWhereItComesFrom() throws IOException {
    Libraries given =
        new Libraries(
            List.of(
                new Libraries.Added("/lib/ld-linux.so.3", "libc6:armel 2.36"),
                new Libraries.Added("/lib/libcfg.so", "=vendor/libcfg.so")),
            List.of());
    assertThat(parse(List.of(MadeUp.row("container", "a").libraries(given).build())).get(0).toMap())
        .containsEntry(
            "libraries_added",
            "/lib/ld-linux.so.3 (libc6:armel 2.36); /lib/libcfg.so (=vendor/libcfg.so)");
  }

  @Test
  void whatAGuestUsedAndWhichFilesItsSampleLeftAreMeasuredWhereTheyWereRecorded()
      throws IOException {
    Recording recorded =
        Recording.OFF
            .with(Facet.USAGE, FacetState.cut(0, "the guest was gone"))
            .with(Facet.FILES, FacetState.OBSERVED);
    assertThat(
            parse(List.of(MadeUp.row("container", "a").recording(recorded).build())).get(0).toMap())
        .containsEntry("guest_cpu_ms", "12")
        .containsEntry("guest_memory_peak", "1048576")
        .containsEntry("files_kept", "1")
        .as("by the calls, which were not recorded")
        .containsEntry("saturation", "");
  }

  @Test
  void whatWasNotMeasuredIsAnEmptyCellAndNever0() throws IOException {
    Map<String, String> row =
        parse(
                List.of(
                    MadeUp.row("container", "a")
                        .facts(FileFacts.of(FileType.EMPTY))
                        .inconclusive("engine gone")
                        .label(Label.missing("no source knows it"))
                        .build()))
            .get(0)
            .toMap();
    assertThat(row)
        .containsEntry("verdict", "INCONCLUSIVE")
        .containsEntry("cause", "guest failed: engine gone")
        .containsEntry("label_status", "MISSING")
        .containsEntry("label_note", "no source knows it");
    assertThat(row.keySet().stream().filter(name -> row.getOrDefault(name, "").isEmpty()))
        .containsExactlyInAnyOrder(
            "architecture",
            "abi",
            "linkage",
            "exit_code",
            "signal",
            "timed_out",
            "duration_ms",
            "category",
            "family",
            "engines",
            "label_score",
            "threat_score",
            "cpu_ms",
            "label_votes",
            "label_runner_up",
            "label_margin",
            "label_tie",
            "family_votes",
            "detections",
            "service_before",
            "service_probes_during",
            "service_answers_during",
            "service_after",
            "page_intact",
            "latency_before_ms",
            "latency_during_ms",
            "latency_after_ms",
            "stdout_bytes",
            "stderr_bytes",
            "survivors",
            "note",
            "violations",
            "refused_calls",
            "label_basis",
            "independent_detections",
            "packed",
            "processes",
            "programs",
            "conversations",
            "files_kept",
            "guest_cpu_ms",
            "guest_memory_peak",
            "impact_score",
            "impact_environment",
            "impact_service",
            "impact_user",
            "impact_third_party",
            "libraries_added",
            "commands",
            "commands_typed",
            "stages",
            "stages_refused",
            "last_stage");
  }

  @Test
  void aWeakLabelHasDetectionsAndNoScore() throws IOException {
    Map<String, String> row =
        parse(List.of(MadeUp.row("container", "a").label(MadeUp.weak()).build())).get(0).toMap();
    assertThat(row)
        .containsEntry("label_status", "WEAK")
        .containsEntry("detections", "4")
        .containsEntry("independent_detections", "3")
        .containsEntry("label_runner_up", "ddos")
        .containsEntry("category", "")
        .containsEntry("label_basis", "")
        .containsEntry("label_score", "")
        .containsEntry("threat_score", "");
  }

  @Test
  void aThreatScoreOf0AndADetectionCountOf0AreMeasured() throws IOException {
    Map<String, String> row =
        parse(
                List.of(
                    MadeUp.row("container", "a")
                        .label(Label.notDetected(60, "VirusTotal"))
                        .notExecutable(Cause.Type.MISSING_LIBRARY, "libx.so.1")
                        .build()))
            .get(0)
            .toMap();
    assertThat(row)
        .containsEntry("threat_score", "0")
        .containsEntry("detections", "0")
        .containsEntry("engines", "60")
        .containsEntry("label_score", "")
        .containsEntry("cause", "missing library: libx.so.1");
  }

  @Test
  void aPageThatNobodySawIsNeitherIntactNorChanged() throws IOException {
    Service gone =
        new Service(
            true,
            0,
            0,
            Optional.of(false),
            Optional.empty(),
            OptionalDouble.of(1.23456),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty());
    assertThat(parse(List.of(MadeUp.row("container", "a").service(gone).build())).get(0).toMap())
        .containsEntry("service_before", "true")
        .containsEntry("service_probes_during", "0")
        .containsEntry("service_answers_during", "")
        .containsEntry("service_after", "false")
        .containsEntry("page_intact", "")
        .containsEntry("latency_before_ms", "1.235");
  }

  @Test
  void rowsAreOrderedByEnvironmentAndPathWhateverEndedFirst() throws IOException {
    List<Result> results =
        Stream.of("unikernel/b", "container/b", "unikernel/a", "container/a", "container/B")
            .map(row -> row.split("/"))
            .map(row -> MadeUp.row(row[0], row[1]).build())
            .toList();
    assertThat(parse(results))
        .extracting(row -> row.get("environment") + "/" + row.get("sample"))
        .containsExactly("container/B", "container/a", "container/b", "unikernel/a", "unikernel/b");
  }

  @ParameterizedTest
  @FieldSource("HOSTILE")
  void hostileTextPrintsIsNoFormulaAndCanBeRecovered(String text) throws IOException {
    Result result =
        MadeUp.row("container", text)
            .notExecutable(Cause.Type.SIGNAL, text)
            .note(text)
            .violations(text)
            .unsupportedCalls(new UnsupportedCalls(text, "ENOSYS", 1))
            .build();
    assertThat(Files.readString(csv(List.of(result))).lines()).hasSize(2);
    CSVRecord row = parse(csvOf("again", List.of(result))).get(0);
    assertThat(row.get("sample")).satisfies(ResultsReportTest::isHarmless);
    assertThat(unescaped(row.get("sample"))).isEqualTo(text);
    assertThat(unescaped(row.get("note"))).isEqualTo(text);
    assertThat(unescaped(row.get("violations"))).isEqualTo(text);
    assertThat(unescaped(row.get("refused_calls"))).isEqualTo(text + ":ENOSYS:1");
    assertThat(unescaped(row.get("cause")))
        .isEqualTo(new Cause(Cause.Type.SIGNAL, text).toString());
  }

  private static void isHarmless(String cell) {
    assertThat(cell).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
    for (String part : cell.split(";", -1)) {
      assertThat(part).doesNotMatch("(?s)\\s*[=+\\-@\t\r＝].*");
    }
  }

  private static String unescaped(String cell) {
    return Pattern.compile("\\\\(\\\\|n|r|t|x(..)|u(....)|U(........))")
        .matcher(cell)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(
                    switch (escape.group(1).charAt(0)) {
                      case '\\' -> "\\";
                      case 'n' -> "\n";
                      case 'r' -> "\r";
                      case 't' -> "\t";
                      default ->
                          Character.toString(Integer.parseInt(escape.group(1).substring(1), 16));
                    }));
  }

  private Path csv(List<Result> results) throws IOException {
    return csvOf("made-up", results);
  }

  private Path csvOf(String run, List<Result> results) throws IOException {
    return MadeUp.write(new ResultsReport(), MadeUp.run(runs, run, results));
  }

  private List<CSVRecord> parse(List<Result> results) throws IOException {
    return parse(csv(results));
  }

  private static List<CSVRecord> parse(Path csv) throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser = CSVParser.parse(Files.newBufferedReader(csv), format)) {
      return parser.stream().toList();
    }
  }
}

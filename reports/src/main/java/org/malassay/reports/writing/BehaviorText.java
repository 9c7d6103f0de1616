package org.malassay.reports.writing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.Behavior.CallCount;
import org.malassay.behavior.Behavior.FileChanges;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FileKept;
import org.malassay.behavior.ProcessLife;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.Recording;
import org.malassay.sample.SafeText;

/**
 * What a sample did, as text for a reader: how well it was recorded first, then what was seen. What
 * was not recorded is never shown as nothing. Bounded, and hostile names are escaped.
 */
public final class BehaviorText {
  private static final int MOST_LINES = 200;
  private static final int MOST_CALLS = 40;
  private static final int MOST_LINE = 300;
  private static final int WIDTH = 11;
  private static final int KIB = 1 << 10;

  private final StringBuilder text = new StringBuilder();
  private final Recording recording;

  private BehaviorText(Recording recording) {
    this.recording = recording;
  }

  /**
   * The text.
   *
   * @param recording how well each facet of it was recorded
   * @param saturation whether it still did something new when it was stopped, in words
   */
  public static String of(Behavior behavior, Recording recording, Optional<String> saturation) {
    BehaviorText page = new BehaviorText(recording);
    for (Facet facet : Facet.values()) {
      page.line("%-10s %s".formatted(facet.word(), recording.of(facet)));
    }
    saturation.ifPresent(words -> page.line("%-10s %s".formatted("the end", words)));
    if (behavior.saturation().kinds() > 0) {
      page.line(
          "%-10s %s new kinds of events, second by second"
              .formatted("new", behavior.saturation().bySecond()));
    }
    page.usage(behavior);
    page.processes(behavior);
    page.list(
        "files changed",
        Facet.CALLS,
        behavior.files(),
        behavior.filesLeftOut(),
        it ->
            "%s  %s: %s (process %d)"
                .formatted(time(it.at()), it.path(), changes(it), it.process()));
    page.list("files kept", Facet.FILES, behavior.kept(), 0, BehaviorText::kept);
    page.notKept(behavior);
    page.list(
        "conversations",
        Facet.NETWORK,
        behavior.conversations(),
        behavior.conversationsLeftOut(),
        BehaviorText::conversation);
    page.list(
        "questions",
        Facet.NETWORK,
        behavior.questions(),
        behavior.questionsLeftOut(),
        BehaviorText::question);
    page.calls(behavior);
    page.unsupported(behavior);
    return page.text.toString();
  }

  /** One program with its arguments, as a reader would type it. */
  private static String command(ProgramStarted program) {
    String arguments =
        program.arguments().stream().skip(1).collect(Collectors.joining(" ")).strip();
    return Printable.beginning(
        program.program()
            + (arguments.isEmpty() ? "" : " " + arguments)
            + (program.cut() ? " ..." : ""),
        MOST_LINE);
  }

  /** The programs that a process executed, one after the other; empty where it executed none. */
  public static Optional<String> programs(ProcessLife life) {
    return life.programs().isEmpty()
        ? Optional.empty()
        : Optional.of(
            life.programs().stream()
                .map(BehaviorText::command)
                .collect(Collectors.joining(", then ")));
  }

  /** What was done to a file, in words. */
  public static String changes(FileChanges file) {
    return file.changes().stream()
        .map(change -> change.name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .collect(Collectors.joining(", "));
  }

  /** How a process ended, in words. */
  public static String end(ProcessLife life) {
    if (life.ended().isEmpty()) {
      return "its end was not seen";
    }
    return life.signal().isPresent()
        ? "signal " + life.signal().getAsInt()
        : "exit status " + life.status().orElse(0);
  }

  private void processes(Behavior behavior) {
    heading("processes", Facet.PROCESSES);
    if (recording.tells(Facet.PROCESSES)) {
      int[] left = {MOST_LINES};
      behavior.roots().forEach(root -> process(root, "", left));
      long hidden = behavior.processes() - (MOST_LINES - Math.max(0, left[0]));
      if (hidden > 0) {
        line("  ... and " + hidden + " more");
      }
    }
  }

  private void process(ProcessLife life, String indent, int[] left) {
    if (left[0]-- <= 0) {
      return;
    }
    line(
        "%s  %s%d %s (%s%s)"
            .formatted(
                time(life.begun()),
                indent,
                life.process(),
                programs(life).orElse("(the program of its parent)"),
                end(life),
                life.ended().map(at -> " at " + time(at).strip()).orElse("")));
    life.children().forEach(child -> process(child, indent + "  ", left));
  }

  private void usage(Behavior behavior) {
    if (recording.tells(Facet.USAGE)) {
      behavior.usage().ifPresent(it -> line("%-10s %s".formatted("used", used(it))));
    }
  }

  private static String used(Behavior.UsageTotal usage) {
    StringBuilder used =
        new StringBuilder(usage.cpu().toMillis() + " ms of processor time of the guest");
    usage
        .peakMemoryBytes()
        .ifPresent(it -> used.append(", at most %d KiB of memory".formatted(it / KIB)));
    usage.packetsSent().ifPresent(it -> used.append(", %d packets sent".formatted(it)));
    usage.packetsReceived().ifPresent(it -> used.append(", %d received".formatted(it)));
    return used.toString();
  }

  private void notKept(Behavior behavior) {
    if (recording.tells(Facet.FILES) && !behavior.notKept().isEmpty()) {
      list(
          "files not kept",
          Facet.FILES,
          behavior.notKept(),
          0,
          it -> "%s  %s: %s".formatted(time(it.at()), it.path(), it.why()));
    }
  }

  private static String kept(FileKept it) {
    return "%s  %s: %s, %s, %s"
        .formatted(
            time(it.at()),
            it.path(),
            it.type(),
            it.kept() == it.size()
                ? it.size() + " bytes"
                : "the first %d of %d bytes".formatted(it.kept(), it.size()),
            it.sha256());
  }

  private void calls(Behavior behavior) {
    heading("system calls", Facet.CALLS);
    if (recording.tells(Facet.CALLS)) {
      behavior.calls().entrySet().stream()
          .limit(MOST_CALLS)
          .forEach(
              call ->
                  line(
                      "  %8d  %s"
                          .formatted(
                              call.getValue().calls(), failed(call.getKey(), call.getValue()))));
      if (behavior.calls().size() > MOST_CALLS) {
        line("  ... and %d other names".formatted(behavior.calls().size() - MOST_CALLS));
      }
    }
  }

  /** Guests tell of these calls even when they tell of no others. */
  private void unsupported(Behavior behavior) {
    if (!behavior.unsupported().isEmpty()) {
      text.append('\n');
      line("system calls that the environment lacks");
      behavior.unsupported().stream()
          .limit(MOST_LINES)
          .forEach(
              call -> line("  %8d  %s (%s)".formatted(call.count(), call.name(), call.error())));
    }
  }

  private static String failed(String name, CallCount count) {
    return count.failed() == 0 ? name : "%s (%d failed)".formatted(name, count.failed());
  }

  private <T> void list(
      String heading, Facet facet, List<T> things, long leftOut, Function<T, String> words) {
    heading(heading, facet);
    if (!recording.tells(facet)) {
      return;
    }
    things.stream().limit(MOST_LINES).map(words).forEach(it -> line("  " + it));
    long more = Math.max(0, things.size() - MOST_LINES) + leftOut;
    if (more > 0) {
      line("  ... and " + more + " more");
    }
    if (things.isEmpty()) {
      line("  none");
    }
  }

  private void heading(String words, Facet facet) {
    text.append('\n');
    line(recording.tells(facet) ? words : words + ": " + recording.of(facet));
  }

  private static String conversation(Conversation it) {
    return "%s  %s %s:%d%s: %d bytes sent, %d received%s"
        .formatted(
            time(it.at()),
            it.transport(),
            it.peer().address(),
            it.peer().port(),
            it.protocol().map(name -> " (" + name + ")").orElse(""),
            it.sentBytes(),
            it.receivedBytes(),
            it.process().isPresent() ? " (process " + it.process().getAsInt() + ")" : "");
  }

  private static String question(Question it) {
    return "%s  %s %s -> %s".formatted(time(it.at()), it.protocol(), it.asked(), it.answer());
  }

  private static String time(Duration at) {
    String millis =
        BigDecimal.valueOf(at.toNanos(), 6).setScale(3, RoundingMode.HALF_UP).toPlainString();
    return " ".repeat(Math.max(0, WIDTH - millis.length())) + millis + " ms";
  }

  private void line(String hostile) {
    text.append(SafeText.printable(hostile)).append('\n');
  }
}

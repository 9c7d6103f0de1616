package org.malassay.score;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.SystemCall;

/**
 * Matches the events of one sample against all rules, as they come. Used by one thread at a time.
 */
public final class RuleMatcher implements EventSink {
  /** Is told of each event that fulfils a rule. */
  @FunctionalInterface
  public interface Listener {
    Listener NOBODY = (rule, event, succeeded) -> {};

    /**
     * Takes it.
     *
     * @param event the one that completes what the rule looks for
     * @param succeeded false when it is an attempt that failed
     */
    void fulfilled(Rule rule, Event event, boolean succeeded);
  }

  private final List<RuleReader.Search> searches;
  private final Listener listener;
  private final Map<LogSource, Index> indexes = new EnumMap<>(LogSource.class);
  private final Processes processes = new Processes();

  /** By the number of the search: the correlations that take its records. */
  private final Map<Integer, List<Joint>> joints = new HashMap<>();

  /** By the id of the rule, in the order in which each was first fulfilled. */
  private final Map<String, Found> found = new LinkedHashMap<>();

  private long givenUp;

  RuleMatcher(List<RuleReader.Search> searches, List<RuleReader.Joined> joined, Listener listener) {
    this.searches = searches;
    this.listener = listener;
    for (LogSource source : LogSource.values()) {
      indexes.put(source, new Index(source, searches));
    }
    for (RuleReader.Joined rule : joined) {
      Joint joint = new Joint(rule);
      rule.correlation()
          .parts()
          .forEach(part -> joints.computeIfAbsent(part, any -> new ArrayList<>()).add(joint));
    }
  }

  /** The searches of one log source, by the value of its key field that they want. */
  private static final class Index {
    private final Optional<LogField> key;
    private final Map<String, int[]> byValue = new HashMap<>();
    private final int[] others;

    Index(LogSource source, List<RuleReader.Search> searches) {
      key = source.key();
      Map<String, List<Integer>> wanted = new HashMap<>();
      List<Integer> rest = new ArrayList<>();
      for (int i = 0; i < searches.size(); i++) {
        RuleReader.Search search = searches.get(i);
        if (search.source() != source) {
          continue;
        }
        Optional<Set<String>> values = key.flatMap(search.check()::values);
        if (values.isPresent()) {
          for (String value : values.get()) {
            wanted.computeIfAbsent(value, any -> new ArrayList<>()).add(i);
          }
        } else {
          rest.add(i);
        }
      }
      wanted.forEach((value, those) -> byValue.put(value, numbers(those)));
      others = numbers(rest);
    }

    private static int[] numbers(List<Integer> list) {
      return list.stream().mapToInt(Integer::intValue).toArray();
    }

    int @Nullable [] of(String value) {
      return byValue.get(value);
    }

    boolean isOf(@Nullable String value) {
      return others.length > 0 || (value != null && byValue.containsKey(value));
    }
  }

  /** A correlation and what it has seen: of all records, and of those that succeeded. */
  private static final class Joint {
    private final Rule rule;
    private final Windows all;
    private final Windows succeeded;

    Joint(RuleReader.Joined joined) {
      rule = joined.rule();
      all = new Windows(joined.correlation());
      succeeded = new Windows(joined.correlation());
    }
  }

  /** What fulfilled a rule first, and whether it succeeded. */
  private static final class Found {
    private final Rule rule;
    private final Event event;
    private final String program;
    private final boolean succeeded;
    private long count;

    Found(Rule rule, Event event, String program, boolean succeeded, long count) {
      this.rule = rule;
      this.event = event;
      this.program = program;
      this.succeeded = succeeded;
      this.count = count;
    }
  }

  @Override
  public void accept(Event event) {
    processes.accept(event);
    if (event instanceof SystemCall call) {
      accept(call);
      processes.learn(call);
    } else if (event instanceof ProgramStarted started) {
      match(LogSource.PROCESS_CREATION, "", started, null);
      match(LogSource.AUDITD, "EXECVE", started, "execve");
    } else if (event instanceof Conversation || event instanceof Question) {
      match(LogSource.NETWORK_CONNECTION, "", event, null);
    } else if (event instanceof CallsCounted count) {
      match(LogSource.SYSCALL_COUNT, "", count, count.name());
    }
  }

  private void accept(SystemCall call) {
    match(LogSource.SYSCALL, "", call, call.name());
    if (LogSource.isExchange(call)) {
      match(LogSource.SYSCALL, LogSource.EXCHANGED, call, call.name());
    }
    match(LogSource.AUDITD, "SYSCALL", call, "syscall");
    if (call.path().isPresent()) {
      if (LogSource.isWatched(call)) {
        match(LogSource.AUDITD, "PATH", call, "path");
      }
      if (LogSource.file(call) != null && call.succeeded()) {
        match(LogSource.FILE_EVENT, "", call, null);
      }
    }
    if (call.endpoint().isPresent() && isContact(call)) {
      match(LogSource.NETWORK_CONNECTION, "", call, null);
    }
  }

  /** One that names a peer: those over a connection are that connection's. */
  private static boolean isContact(SystemCall call) {
    return switch (call.name()) {
      case "connect" -> true;
      case "sendto" -> call.arguments().size() > 4 && !call.arguments().get(4).equals("NULL");
      default -> false;
    };
  }

  /**
   * @param key the value of the source's key field, in lower case; null where it has none
   */
  private void match(LogSource source, String type, Event event, @Nullable String key) {
    Index index = indexes.get(source);
    if (index == null || !index.isOf(key)) {
      return;
    }
    OptionalInt process = LogSource.process(event);
    LogRecord record =
        new LogRecord(
            source,
            type,
            event,
            processes,
            process.isPresent() ? processes.find(process.getAsInt()) : null);
    int[] keyed = key == null ? null : index.of(key);
    if (keyed != null) {
      match(keyed, record);
    }
    match(index.others, record);
    givenUp += record.givenUp();
  }

  private void match(int[] numbers, LogRecord record) {
    for (int number : numbers) {
      RuleReader.Search search = searches.get(number);
      if (search.check().test(record)) {
        matched(number, search, record);
      }
    }
  }

  private void matched(int number, RuleReader.Search search, LogRecord record) {
    boolean succeeded = succeeded(record.event());
    if (!search.silent()) {
      found(search.rule(), record, succeeded);
    }
    for (Joint joint : joints.getOrDefault(number, List.of())) {
      boolean enough = joint.all.add(number, record);
      if (succeeded && joint.succeeded.add(number, record)) {
        found(joint.rule, record, true);
      } else if (enough) {
        found(joint.rule, record, false);
      }
    }
  }

  private void found(Rule rule, LogRecord record, boolean succeeded) {
    listener.fulfilled(rule, record.event(), succeeded);
    Found before = found.get(rule.id());
    if (before != null && (before.succeeded || !succeeded)) {
      before.count++;
      return;
    }
    Processes.Running process = record.process();
    found.put(
        rule.id(),
        new Found(
            rule,
            record.event(),
            process == null ? "" : process.image(),
            succeeded,
            before == null ? 1 : before.count + 1));
  }

  /** A connection that is under way has not failed. */
  private static boolean succeeded(Event event) {
    return !(event instanceof SystemCall call)
        || call.succeeded()
        || call.error().equals(Optional.of("EINPROGRESS"));
  }

  /**
   * Whether a process is a shell that takes its commands from whoever types them, not from a
   * script, a pipe or a peer. What such a shell makes of itself, for what runs in the background,
   * say, is none until it is a shell of its own.
   */
  public boolean takesCommands(int process) {
    Processes.Running running = processes.find(process);
    return running != null && running.takesCommands();
  }

  /** Whether a process is a shell, or a copy of one, that runs no script. */
  public boolean isShell(int process) {
    Processes.Running running = processes.find(process);
    return running != null && running.isShell() && running.script().isEmpty();
  }

  /** Whose event it is, as far as it says. */
  public static OptionalInt process(Event event) {
    return LogSource.process(event);
  }

  /** An event in a few words: hostile text. */
  public static String words(Event event) {
    return EventWords.of(event);
  }

  /** What was found so far. */
  public Matched matched() {
    return new Matched(found.values().stream().map(RuleMatcher::hit).toList(), givenUp);
  }

  private static Hit hit(Found found) {
    Rule rule = found.rule;
    Event event = found.event;
    return new Hit(
        rule.id(),
        rule.title(),
        rule.author(),
        rule.techniques(),
        rule.level(),
        rule.dimensions(),
        rule.level().weight() * rule.confidence() * (found.succeeded ? 1 : rule.attempt()),
        found.succeeded,
        found.count,
        event.at(),
        LogSource.process(event),
        EventWords.bounded(found.program),
        EventWords.of(event),
        event.origin().source(),
        event.origin().forgeable(),
        OptionalDouble.of(rule.confidence()));
  }
}

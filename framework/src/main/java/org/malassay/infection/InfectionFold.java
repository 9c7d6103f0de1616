package org.malassay.infection;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.score.Rule;
import org.malassay.score.RuleBook;
import org.malassay.score.RuleMatcher;

/**
 * Ties what is seen of a login session to its commands, and finds the stages of an infection in it.
 * Used by one thread at a time.
 *
 * <p>The sample's first process is the one that types. Right before it types command N it asks for
 * a file {@code /malassay/command/N}, which is nowhere: that call is the mark. What it does besides
 * is no part of the session. A process belongs to the command that caused the one it was made by,
 * and so does all that goes on in the background of a shell; a shell that takes commands as they
 * are typed, and what it makes then, to the one that was typed last. What is seen before the first
 * command is the login's.
 */
public final class InfectionFold implements EventSink {
  private static final Pattern MARK = Pattern.compile("/malassay/command/(\\d{1,6})");
  private static final int SIGKILL = 9;
  private static final Set<String> REFUSALS = Set.of("EPERM", "EACCES", "EROFS");
  private static final Set<String> EXECUTING = Set.of("execve", "execveat");

  /** The calls about a descriptor that a shell has had since before it was recorded. */
  private static final Set<String> TERMINALS = Set.of("read", "write", "ioctl");

  private static final int MOST_PROCESSES = 65_536;

  /** Of one command, and of all of them. */
  private static final int MOST_PROGRAMS = 100;

  private static final int MOST_PROGRAMS_IN_ALL = 20_000;
  private static final int MOST_TEXT = 200;
  private static final RuleBook STAGES = read();

  /** The calls by which a program's loader, and then its libc, make it ready. */
  private static final Pattern START_UP =
      Pattern.compile(
          "/etc/ld\\.so\\..*|(/usr)?/lib/.*|/usr/lib/locale/.*|/usr/share/locale/.*"
              + "|/etc/localtime|/usr/share/zoneinfo/.*|/sys/devices/system/cpu/.*");

  private final List<String> session;
  private final RuleMatcher matcher = STAGES.matcher(this::fulfilled);
  private OptionalInt typist = OptionalInt.empty();
  private int current;
  private int programs;

  /**
   * The command that caused each process; of a shell that takes commands as they are typed, the one
   * that was the last when it was seen to do something.
   */
  private final Map<Integer, Integer> commands = new HashMap<>();

  /** What a program's start tells, until it is seen to run: one that is killed at once did not. */
  private final Map<Integer, List<StageSeen>> starting = new HashMap<>();

  private final Map<String, StageSeen> stages = new TreeMap<>();
  private final Map<Integer, Seen> seen = new TreeMap<>();

  /** What is seen of a command until now. */
  private static final class Seen {
    private final List<String> programs = new ArrayList<>();
    private final Map<String, Long> calls = new LinkedHashMap<>();
    private final Set<String> stages = new TreeSet<>();
  }

  /**
   * Begins with nothing seen.
   *
   * @param commands of the session: hostile text
   */
  public InfectionFold(List<String> commands) {
    this.session = List.copyOf(commands);
  }

  private static RuleBook read() {
    String name = "stages.yaml";
    try (InputStream in = InfectionFold.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing in the build: " + name);
      }
      return RuleBook.of(name, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** The rules of the stages. */
  public static RuleBook stages() {
    return STAGES;
  }

  @Override
  public void accept(Event event) {
    if (event instanceof ProcessBegun begun) {
      begin(begun);
    } else if (event instanceof ProgramStarted started && !isTypist(started.process())) {
      start(started);
    } else if (event instanceof SystemCall call) {
      called(call);
    } else if (event instanceof ProcessEnded ended) {
      end(ended);
    }
  }

  private boolean isTypist(int process) {
    return typist.equals(OptionalInt.of(process));
  }

  private void begin(ProcessBegun begun) {
    if (typist.isEmpty()) {
      typist = OptionalInt.of(begun.process());
      return;
    }
    remember(begun.process(), commandOf(begun.parent()));
    matcher.accept(begun);
  }

  /** A shell's is remembered: it may go on with another program, or with a file, in its place. */
  private int commandOf(int process) {
    if (matcher.takesCommands(process)) {
      remember(process, current);
      return current;
    }
    return commands.getOrDefault(process, current);
  }

  private void remember(int process, int command) {
    if (commands.containsKey(process) || commands.size() < MOST_PROCESSES) {
      commands.put(process, command);
    }
  }

  private void called(SystemCall call) {
    if (isTypist(call.process())) {
      call.path()
          .map(MARK::matcher)
          .filter(Matcher::matches)
          .ifPresent(mark -> type(Integer.parseInt(mark.group(1))));
      return;
    }
    if (!EXECUTING.contains(call.name())) { // which tells that it was executed, not that it ran
      started(call.process(), true);
    }
    if (!isStartUp(call) && !isTerminals(call)) {
      of(commandOf(call.process())).calls.merge(call.name(), 1L, Long::sum);
    }
    matcher.accept(call);
  }

  /** Commands are typed in their order: any other mark is not the typist's own doing. */
  private void type(int command) {
    if (command == current + 1 && command <= session.size()) {
      current = command;
    }
  }

  private static boolean isStartUp(SystemCall call) {
    return call.path().filter(path -> START_UP.matcher(path).matches()).isPresent();
  }

  /** Whether a shell takes a command from whoever types it, or shows what was typed. */
  private boolean isTerminals(SystemCall call) {
    return TERMINALS.contains(call.name())
        && call.path().isEmpty()
        && matcher.isShell(call.process());
  }

  private void start(ProgramStarted program) {
    started(program.process(), true);
    List<String> words = program.arguments();
    Seen its = of(commandOf(program.process()));
    if (its.programs.size() < MOST_PROGRAMS && programs < MOST_PROGRAMS_IN_ALL) {
      programs++;
      String text = words.isEmpty() ? program.program() : String.join(" ", words);
      its.programs.add(text.substring(0, Math.min(MOST_TEXT, text.length())));
    }
    matcher.accept(program);
  }

  /** What fails for want of a file, say, was not refused. */
  private static boolean isRefused(Event event) {
    return event instanceof SystemCall call && call.error().filter(REFUSALS::contains).isPresent();
  }

  private Seen of(int command) {
    return seen.computeIfAbsent(command, it -> new Seen());
  }

  private void end(ProcessEnded ended) {
    started(ended.process(), !ended.signal().equals(OptionalInt.of(SIGKILL)));
    commands.remove(ended.process());
  }

  private void fulfilled(Rule rule, Event event, boolean succeeded) {
    int process = RuleMatcher.process(event).orElse(0);
    int command = commandOf(process);
    if (command == 0 || rule.stage().isEmpty() || !(succeeded || isRefused(event))) {
      return;
    }
    StageSeen stage =
        new StageSeen(
            rule.stage().get(),
            succeeded,
            1,
            command,
            event.at(),
            rule.title(),
            RuleMatcher.words(event));
    if (event instanceof ProgramStarted) {
      starting.computeIfAbsent(process, it -> new ArrayList<>()).add(stage);
    } else {
      add(stage);
    }
  }

  /**
   * A program that was started does something, or ends: it has run, unless it was killed before.
   */
  private void started(int process, boolean ran) {
    List<StageSeen> waiting = starting.remove(process);
    if (waiting != null) {
      waiting.forEach(stage -> add(ran ? stage : stage.refused()));
    }
  }

  private void add(StageSeen stage) {
    of(stage.command()).stages.add(stage.stage());
    stages.merge(
        stage.stage(),
        stage,
        (before, now) ->
            now.succeeded() && !before.succeeded() ? now.after(before) : before.again());
  }

  /** What was seen so far. */
  public Infection infection() {
    List.copyOf(starting.keySet()).forEach(process -> started(process, true));
    return new Infection(current, session.size(), List.copyOf(stages.values()), STAGES.digest());
  }

  /** What each command caused, those of which nothing was seen left out. */
  public List<CommandSeen> commands() {
    return seen.entrySet().stream()
        .filter(it -> it.getKey() > 0)
        .map(
            it ->
                new CommandSeen(
                    it.getKey(),
                    session.get(it.getKey() - 1),
                    it.getValue().programs,
                    it.getValue().calls,
                    it.getValue().stages))
        .toList();
  }
}

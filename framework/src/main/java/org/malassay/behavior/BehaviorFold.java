package org.malassay.behavior;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.behavior.Behavior.CallCount;

/** Adds up events as they come. Used by one thread at a time. */
public final class BehaviorFold implements EventSink {
  private final ProcessFold processes = new ProcessFold();
  private final FileFold files = new FileFold();
  private final KindFold kinds = new KindFold();
  private final List<Conversation> conversations = new ArrayList<>();
  private final List<Question> questions = new ArrayList<>();
  private final List<FileKept> kept = new ArrayList<>();
  private final List<FileNotKept> notKept = new ArrayList<>();
  private final UsageFold usage = new UsageFold();
  private long conversationsLeftOut;
  private long questionsLeftOut;

  /** The calls that were told one by one, and those that were counted by their source. */
  private final Map<String, CallCount> told = new HashMap<>();

  private final Map<String, CallCount> counted = new HashMap<>();
  private final UnsupportedCallFold unsupported = new UnsupportedCallFold();

  BehaviorFold() {}

  @Override
  public void accept(Event event) {
    kinds.accept(event);
    unsupported.accept(event);
    if (event instanceof SystemCall call) {
      told.merge(call.name(), new CallCount(1, call.succeeded() ? 0 : 1), CallCount::and);
      files.accept(call);
    } else if (event instanceof CallsCounted count) {
      counted.merge(count.name(), new CallCount(count.calls(), count.failed()), CallCount::and);
    } else if (event instanceof ProcessBegun begun) {
      processes.begin(begun);
    } else if (event instanceof ProgramStarted started) {
      processes.start(started);
    } else if (event instanceof ProcessEnded ended) {
      processes.end(ended);
    } else if (event instanceof Conversation conversation) {
      conversationsLeftOut += add(conversations, conversation, Behavior.MOST_CONVERSATIONS);
    } else if (event instanceof Question question) {
      questionsLeftOut += add(questions, question, Behavior.MOST_QUESTIONS);
    } else if (event instanceof FileKept file) {
      add(kept, file, Behavior.MOST_KEPT);
    } else if (event instanceof FileNotKept file) {
      add(notKept, file, Behavior.MOST_FILES);
    } else if (event instanceof Usage used) {
      usage.accept(used);
    }
  }

  /** 1 when it is left out, 0 when it is not. */
  static <E> int add(List<E> to, E event, int most) {
    if (to.size() == most) {
      return 1;
    }
    to.add(event);
    return 0;
  }

  /** The system calls that the environment lacks, as told so far. */
  public List<UnsupportedCall> unsupported() {
    return unsupported.calls();
  }

  /** What the events so far add up to. */
  public Behavior behavior() {
    return new Behavior(
        processes.roots(),
        processes.leftOut(),
        files.changes(),
        files.leftOut(),
        List.copyOf(conversations),
        conversationsLeftOut,
        List.copyOf(questions),
        questionsLeftOut,
        List.copyOf(kept),
        List.copyOf(notKept),
        calls(),
        unsupported.calls(),
        kinds.saturation(),
        usage.total());
  }

  /** The count of a source includes the calls that it told one by one. */
  private Map<String, CallCount> calls() {
    Map<String, CallCount> all = new HashMap<>(told);
    all.putAll(counted);
    Map<String, CallCount> sorted = new LinkedHashMap<>();
    all.entrySet().stream()
        .sorted(
            Map.Entry.<String, CallCount>comparingByValue(
                    Comparator.comparingLong(CallCount::calls))
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return Collections.unmodifiableMap(sorted);
  }
}

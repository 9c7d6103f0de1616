package org.malassay.behavior;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the events of a sample add up to. Each part is bounded, whatever the sample did; what was
 * left out for that is counted.
 *
 * @param roots the processes whose maker is none of the sample's, in the order of their beginning:
 *     the first one is the sample's own
 * @param processesLeftOut how many more there were, at least
 * @param files what happened to each path, in the order in which it was first touched
 * @param filesLeftOut how many more paths there were, at most
 * @param conversations in the order in which they were told
 * @param conversationsLeftOut how many more there were
 * @param questions in the order in which they were told
 * @param questionsLeftOut how many more there were
 * @param kept the files whose contents are in the evidence
 * @param notKept those whose contents are not, and why
 * @param calls how often each system call was made, by name, most often first
 * @param unsupported those that the environment lacks
 * @param saturation what was new, second by second
 * @param usage what the guest used in all; empty when nobody measured it
 */
public record Behavior(
    List<ProcessLife> roots,
    long processesLeftOut,
    List<FileChanges> files,
    long filesLeftOut,
    List<Conversation> conversations,
    long conversationsLeftOut,
    List<Question> questions,
    long questionsLeftOut,
    List<FileKept> kept,
    List<FileNotKept> notKept,
    Map<String, CallCount> calls,
    List<UnsupportedCall> unsupported,
    Saturation saturation,
    Optional<UsageTotal> usage) {

  /** How much of each part there is at most. */
  static final int MOST_PROCESSES = 10_000;

  static final int MOST_FILES = 10_000;
  static final int MOST_CONVERSATIONS = 10_000;
  static final int MOST_QUESTIONS = 10_000;
  static final int MOST_KEPT = 1_000;

  /**
   * How often one system call was made.
   *
   * @param failed how many of them failed
   */
  public record CallCount(long calls, long failed) {
    CallCount and(CallCount other) {
      return new CallCount(calls + other.calls, failed + other.failed);
    }
  }

  /**
   * What a guest used in all.
   *
   * @param cpu the processor time since the sample's start
   * @param peakMemoryBytes the most memory that was in use; empty when nobody measured it
   * @param packetsSent how many packets left the guest; empty when nobody counted them
   * @param packetsReceived how many came in; empty when nobody counted them
   */
  public record UsageTotal(
      Duration cpu,
      OptionalLong peakMemoryBytes,
      OptionalLong packetsSent,
      OptionalLong packetsReceived) {}

  /** What can happen to a file. Only what succeeded counts. */
  public enum Change {
    /** It was made, or opened so that it would have been. */
    CREATED,
    /** Something was written to it, or it was cut. */
    WRITTEN,
    /** Another one got its name, or it got another one. */
    RENAMED,
    /** It was removed. */
    DELETED,
    /** It was made with the right to execute it, or given that. */
    MADE_EXECUTABLE
  }

  /**
   * What happened to one path.
   *
   * @param at when it was first changed
   * @param process that did so
   * @param changes all of them, in the order of the enum
   */
  public record FileChanges(String path, Duration at, int process, Set<Change> changes) {}

  /** How many processes there were. */
  public long processes() {
    return roots.stream().mapToLong(ProcessLife::processes).sum() + processesLeftOut;
  }

  /**
   * All of it in numbers. What was left out of a part for its bound is counted, too.
   *
   * @param observed how long the sample was observed
   * @param stopped whether it was stopped then, or its observation was while it went on
   */
  public BehaviorSummary summary(Duration observed, boolean stopped) {
    return new BehaviorSummary(
        calls.values().stream().mapToLong(CallCount::calls).sum(),
        processes(),
        roots.stream().mapToLong(ProcessLife::executions).sum(),
        files.size() + filesLeftOut,
        conversations.size() + conversationsLeftOut,
        saturation.kinds(),
        kept.size(),
        usage.map(it -> OptionalLong.of(it.cpu().toMillis())).orElse(OptionalLong.empty()),
        usage.map(UsageTotal::peakMemoryBytes).orElse(OptionalLong.empty()),
        saturation.inWords(observed, stopped));
  }

  /** A fold over the events of one sample. */
  public static BehaviorFold fold() {
    return new BehaviorFold();
  }

  /**
   * The behavior that a log tells.
   *
   * @throws IOException if the log cannot be read
   */
  public static Behavior of(Path log) throws IOException {
    BehaviorFold fold = fold();
    EventLog.read(log, fold);
    return fold.behavior();
  }
}

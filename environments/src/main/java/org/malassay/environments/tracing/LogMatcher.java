package org.malassay.environments.tracing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds the results of calls in a log that tells both, but not which belongs to which. A result is
 * of a call that has begun before and not returned yet. Where there are several, the next call of a
 * process shows that its last one has returned. What stays uncertain is not told, but counted.
 */
final class LogMatcher {
  /** With more calls that have not returned, or more results of nobody knows whom, it gives up. */
  private static final int MOST = 256;

  /** The same of processes that have threads, or of which the maker is not known. */
  private static final int MOST_PROCESSES = 1024;

  private final Told told;
  private final List<Waiting> waiting = new ArrayList<>();
  private final List<Birth> births = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();

  /** How many threads a process has beside its first one; none where there is none. */
  private final Map<Integer, Integer> threads = new HashMap<>();

  private final Set<Integer> orphans = new HashSet<>();
  private long now;
  private long lost;
  private long lostOfProcesses;
  private Optional<String> gaveUp = Optional.empty();

  /** Whether a call or a birth is gone that one of the results could have been of. */
  private boolean isOutdated;

  /** Takes what is certain. */
  interface Told {
    /** A call has returned. */
    void returned(LogCall call, long result);

    /** A process goes on in another program. */
    void executed(LogCall call);

    /**
     * A process that was not known makes its first call.
     *
     * @param parent empty when several may be it
     */
    void appeared(int process, OptionalInt parent);
  }

  /**
   * A call as the log has it.
   *
   * @param arguments in the log's words
   */
  record LogCall(int process, String name, List<String> arguments) {
    LogCall {
      arguments = List.copyOf(arguments);
    }

    boolean makesThread() {
      return name.startsWith("clone")
          && !arguments.isEmpty()
          && arguments.get(0).contains("CLONE_THREAD");
    }

    boolean makesProcess() {
      return (name.startsWith("clone") || name.equals("fork") || name.equals("vfork"))
          && !makesThread();
    }

    private boolean executes() {
      return name.startsWith("execve");
    }
  }

  /** A result that may be of several calls. */
  private record Result(long value, long at) {}

  /** A call that has not returned, as far as is known. */
  private static final class Waiting {
    private final LogCall call;
    private final long since;
    private boolean isLost;

    private Waiting(LogCall call, long since) {
      this.call = call;
      this.since = since;
    }

    private boolean mayHave(Result result) {
      if (since >= result.at) {
        return false;
      }
      return call.executes() ? result.value < 0 : !call.makesProcess() || result.value != 0;
    }
  }

  /** The return of a fork to the child, with 0. */
  private static final class Birth {
    private final LogCall fork;
    private final long since;
    private boolean returned;
    private boolean isLost;
    private OptionalInt child = OptionalInt.empty();

    private Birth(LogCall fork, long since) {
      this.fork = fork;
      this.since = since;
    }

    private boolean mayHave(Result result) {
      return !returned && since < result.at && result.value == 0;
    }
  }

  LogMatcher(Told told) {
    this.told = told;
  }

  /** Calls of which is not known what they returned. */
  long lost() {
    return lost;
  }

  /** Those of them that may have made a process or started a program. */
  long lostOfProcesses() {
    return lostOfProcesses;
  }

  /** Why nothing is matched any more; empty as long as it is. */
  Optional<String> gaveUp() {
    return gaveUp;
  }

  private void lose(LogCall call) {
    lost++;
    if (call.makesProcess() || call.executes()) {
      lostOfProcesses++;
    }
  }

  /** Whether a process has more than one thread, as far as is known. */
  boolean hasThreads(int process) {
    return threads.containsKey(process);
  }

  /** Calls of which nothing more was heard. */
  List<LogCall> unreturned() {
    return waiting.stream().filter(it -> !it.isLost).map(it -> it.call).toList();
  }

  /**
   * A process begins a call.
   *
   * @param isKnown false when it is its first one
   */
  void call(LogCall call, boolean isKnown) {
    now++;
    if (!isKnown) {
      appear(call.process());
    }
    if (gaveUp.isPresent()) {
      lose(call);
      return;
    }
    lastReturned(call.process());
    settleWhatIsCertain(results.size());
    if (call.name().equals("exit_group")) {
      forget(call.process());
    } else if (call.name().equals("exit")) {
      count(call.process(), -1);
    } else {
      if (call.makesThread()) {
        count(call.process(), 1);
      }
      waiting.add(new Waiting(call, now));
      if (call.makesProcess()) {
        births.add(new Birth(call, now));
      }
    }
    keepWithinBounds();
  }

  /** A call returns. */
  void result(long value) {
    now++;
    if (gaveUp.isEmpty()) {
      results.add(new Result(value, now));
      settleWhatIsCertain(results.size() - 1);
      keepWithinBounds();
    }
  }

  private void keepWithinBounds() {
    if (waiting.size() + births.size() + results.size() > MOST) {
      gaveUp =
          Optional.of("its log has more than %d calls and results at one time".formatted(MOST));
    } else if (orphans.size() + threads.size() > MOST_PROCESSES) {
      gaveUp =
          Optional.of(
              "its log has more than %d processes with threads, or that nobody made"
                  .formatted(MOST_PROCESSES));
    } else {
      return;
    }
    waiting.stream().filter(it -> !it.isLost).forEach(it -> lose(it.call));
    waiting.clear();
    results.clear();
    orphans.clear();
  }

  /**
   * Results that only one call can have, or none.
   *
   * @param from those before are uncertain still, unless one that they could be of is gone
   */
  private void settleWhatIsCertain(int from) {
    int i = isOutdated ? 0 : from;
    isOutdated = false;
    while (i < results.size()) {
      Result result = results.get(i);
      List<Waiting> calls = waiting.stream().filter(it -> it.mayHave(result)).limit(2).toList();
      List<Birth> children = births.stream().filter(it -> it.mayHave(result)).limit(2).toList();
      if (calls.size() + children.size() > 1) {
        i++;
        continue;
      }
      results.remove(i);
      for (Birth child : children) {
        gone(child::mayHave);
        child.returned = true;
      }
      calls.forEach(it -> settle(it, result.value));
      if (isOutdated) {
        isOutdated = false;
        i = 0;
      }
    }
  }

  private void gone(Predicate<Result> mayHave) {
    isOutdated |= results.stream().anyMatch(mayHave);
  }

  private void settle(Waiting call, long result) {
    waiting.remove(call);
    gone(call::mayHave);
    if (call.call.makesThread() && result < 0) {
      count(call.call.process(), -1);
    } else if (call.call.makesProcess()) {
      Optional<Birth> birth = births.stream().filter(it -> it.since == call.since).findFirst();
      if (result < 0) {
        birth.ifPresent(this::remove);
      } else if (orphans.remove((int) result)) {
        birth.ifPresent(this::bear);
      } else {
        birth.ifPresent(it -> it.child = OptionalInt.of((int) result));
      }
    }
    if (!call.isLost) {
      told.returned(call.call, result);
    }
  }

  /** What the process was about has returned, unless it is another thread that makes a call. */
  private void lastReturned(int process) {
    List<Waiting> own = waiting.stream().filter(it -> it.call.process() == process).toList();
    if (own.isEmpty()) {
      return;
    }
    List<Result> possible = results.stream().filter(each -> mayBeOfOne(own, each)).toList();
    if (threads.containsKey(process)) {
      giveUp(possible);
    } else if (own.size() == 1 && possible.isEmpty()) {
      returnedWithoutResult(own.get(0));
    } else if (own.size() == 1 && isCertain(own.get(0), possible)) {
      results.remove(possible.get(0));
      settle(own.get(0), possible.get(0).value);
    } else {
      giveUp(possible);
      own.stream().filter(it -> !it.isLost).forEach(it -> lose(it.call));
      waiting.removeAll(own);
    }
  }

  /** Without a stream: this is what takes the time when much is uncertain. */
  private static boolean mayBeOfOne(List<Waiting> calls, Result result) {
    for (Waiting call : calls) {
      if (call.mayHave(result)) {
        return true;
      }
    }
    return false;
  }

  /** One that starts a program has no result when it succeeds. */
  private static boolean isCertain(Waiting call, List<Result> possible) {
    return !call.isLost
        && !call.call.executes()
        && possible.stream().map(Result::value).distinct().count() == 1;
  }

  private void returnedWithoutResult(Waiting call) {
    waiting.remove(call);
    if (call.call.executes() && !call.isLost) {
      forget(call.call.process());
      told.executed(call.call);
    } else if (!call.isLost) {
      lose(call.call); // its result is no number
    }
  }

  /** Nobody knows whose these results are. */
  private void giveUp(List<Result> unknown) {
    if (unknown.isEmpty()) {
      return;
    }
    for (Waiting each : waiting) {
      if (!each.isLost && unknown.stream().anyMatch(each::mayHave)) {
        each.isLost = true;
        lose(each.call);
      }
    }
    for (Birth each : births) {
      each.isLost |= unknown.stream().anyMatch(each::mayHave);
    }
    results.removeAll(unknown);
  }

  /** No thread of the process goes on in its program. */
  private void forget(int process) {
    List<Waiting> own = waiting.stream().filter(it -> it.call.process() == process).toList();
    waiting.removeAll(own);
    own.forEach(it -> gone(it::mayHave));
    threads.remove(process);
  }

  private void count(int process, int more) {
    threads.compute(
        process,
        (it, before) -> {
          int left = (before == null ? 0 : before) + more;
          return left > 0 ? left : null;
        });
  }

  private void appear(int process) {
    List<Birth> named =
        births.stream().filter(it -> it.child.equals(OptionalInt.of(process))).toList();
    List<Birth> possible =
        named.isEmpty() ? births.stream().filter(it -> it.child.isEmpty()).toList() : named;
    if (possible.size() == 1) {
      bear(possible.get(0));
      told.appeared(process, OptionalInt.of(possible.get(0).fork.process()));
    } else {
      if (gaveUp.isEmpty()) {
        orphans.add(process);
      }
      told.appeared(process, OptionalInt.empty());
    }
  }

  private void remove(Birth birth) {
    births.remove(birth);
    gone(birth::mayHave);
  }

  private void bear(Birth birth) {
    remove(birth);
    if (birth.isLost) {
      giveUp(results.stream().filter(birth::mayHave).toList());
    } else if (!birth.returned) {
      results.stream().filter(birth::mayHave).findFirst().ifPresent(results::remove);
    }
  }
}

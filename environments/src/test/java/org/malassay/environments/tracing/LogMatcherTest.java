package org.malassay.environments.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.environments.tracing.LogMatcher.LogCall;

/** Processes that make calls, by chance, and what is found of them by their log alone. */
class LogMatcherTest {
  private static final int STEPS = 400;

  /** A machine whose processes and threads write to one log. */
  private static final class Machine implements LogMatcher.Told {
    private final Random chance;
    private final LogMatcher matcher = new LogMatcher(this);
    private final IdentityHashMap<LogCall, Long> truth = new IdentityHashMap<>();
    private final Map<Integer, Integer> parents = new HashMap<>();
    private final List<Task> threads = new ArrayList<>();
    private final List<Integer> heard = new ArrayList<>();
    private int processes;
    private long calls;
    private long told;

    /** A thread, with the call that it has not returned from. */
    private static final class Task {
      private final int process;
      private LogCall pending;
      private boolean isChild;

      private Task(int process) {
        this.process = process;
      }
    }

    Machine(long seed) {
      chance = new Random(seed);
      threads.add(new Task(++processes));
    }

    void step(boolean forks, boolean makesThreads) {
      Task thread = threads.get(chance.nextInt(threads.size()));
      if (thread.pending != null) {
        returns(thread);
        return;
      }
      int choice = chance.nextInt(20);
      if (choice == 0 && forks && threads.size() < 6) {
        begin(thread, "fork", List.of());
      } else if (choice == 1 && makesThreads && threads.size() < 6) {
        begin(thread, "clone", List.of("CLONE_VM|CLONE_THREAD"));
      } else if (choice == 2) {
        begin(thread, "execve", List.of("\"/bin/true\""));
      } else if (choice == 3 && threads.stream().anyMatch(each -> each.process != thread.process)) {
        begin(thread, "exit_group", List.of("0"));
        threads.removeIf(each -> each.process == thread.process);
      } else {
        begin(thread, "openat", List.of("AT_FDCWD", "\"/a\""));
      }
    }

    private void begin(Task thread, String name, List<String> arguments) {
      LogCall call = new LogCall(thread.process, name, arguments);
      boolean isKnown = heard.contains(thread.process) || thread.process == 1;
      heard.add(thread.process);
      matcher.call(call, isKnown);
      calls += name.startsWith("exit") ? 0 : 1;
      thread.pending = call;
    }

    private void returns(Task thread) {
      LogCall call = thread.pending;
      thread.pending = null;
      if (thread.isChild) {
        thread.isChild = false;
        matcher.result(0);
        return;
      }
      long result = chance.nextInt(4) - 1L;
      if (call.name().equals("execve") && result >= 0) {
        truth.put(call, 0L);
        threads.removeIf(each -> each.process == thread.process && each != thread);
        return; // which nothing tells
      }
      if (call.makesProcess()) {
        Task child = new Task(++processes);
        child.pending = call;
        child.isChild = true;
        parents.put(child.process, thread.process);
        threads.add(child);
        result = child.process;
      } else if (call.makesThread()) {
        threads.add(new Task(thread.process));
        result = 1000L + threads.size();
      }
      truth.put(call, result);
      matcher.result(result);
    }

    @Override
    public void returned(LogCall call, long result) {
      told++;
      assertThat(truth).as("returned already").containsKey(call);
      assertThat(result).as(call.toString()).isEqualTo(truth.get(call));
    }

    @Override
    public void executed(LogCall call) {
      told++;
      assertThat(truth.get(call)).as(call.toString()).isZero();
    }

    @Override
    public void appeared(int process, OptionalInt parent) {
      parent.ifPresent(it -> assertThat(it).isEqualTo(parents.get(process)));
    }
  }

  private static final class Nobody implements LogMatcher.Told {
    @Override
    public void returned(LogCall call, long result) {}

    @Override
    public void executed(LogCall call) {}

    @Override
    public void appeared(int process, OptionalInt parent) {}
  }

  @Test
  void itGivesUpWhenMoreProcessesHaveThreadsThanItKeeps() {
    LogMatcher matcher = new LogMatcher(new Nobody());
    for (int process = 1; process <= 1024; process++) {
      matcher.call(new LogCall(process, "clone", List.of("CLONE_THREAD")), true);
      matcher.result(process);
    }
    assertThat(matcher.gaveUp()).isEmpty();
    assertThat(matcher.hasThreads(1024)).isTrue();

    matcher.call(new LogCall(1025, "clone", List.of("CLONE_THREAD")), true);
    matcher.call(new LogCall(1026, "clone", List.of("CLONE_THREAD")), true);

    assertThat(matcher.gaveUp()).isPresent();
    assertThat(matcher.hasThreads(1026)).isFalse();
    assertThat(matcher.lost()).isEqualTo(2);
  }

  /** One process alone, several, and several with threads. */
  @ParameterizedTest
  @CsvSource({"false, false, 1.0", "true, false, 0.5", "true, true, 0.0"})
  void aResultIsTheCallsOwnOrNotToldAtAll(boolean forks, boolean threads, double atLeast) {
    double all = 0;
    double told = 0;
    for (int seed : IntStream.range(0, 100).toArray()) {
      Machine machine = new Machine(seed);
      IntStream.range(0, STEPS).forEach(step -> machine.step(forks, threads));
      assertThat(machine.told + machine.matcher.lost() + machine.matcher.unreturned().size())
          .as("calls of seed %d that are told, lost or under way", seed)
          .isGreaterThanOrEqualTo(forks ? 0 : machine.calls)
          .isLessThanOrEqualTo(machine.calls);
      all += machine.calls;
      told += machine.told + (forks ? 0 : machine.matcher.unreturned().size());
    }
    assertThat(told / all).isGreaterThanOrEqualTo(atLeast);
  }
}

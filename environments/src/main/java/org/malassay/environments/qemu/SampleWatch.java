package org.malassay.environments.qemu;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environments.agent.AgentEvent;
import org.malassay.environments.agent.Transcript;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeout;
import org.malassay.sample.SafeText;

/**
 * Waits for the end of a sample in a machine: by the agent's word, by QEMU's, or, when neither
 * comes, by this side's own clock.
 */
public final class SampleWatch {
  /**
   * Between the order to start a sample and its start, on a host that is not busy. Nobody tells the
   * moment: a sample that starts sooner has that much more time.
   */
  private static final Duration STARTING = Duration.ofMillis(500);

  /** The last words of Linux's kernel, and of the unikernel's. */
  private static final Pattern PANIC =
      Pattern.compile("Kernel panic|^panic: ([^\\r\\n]{0,200})", Pattern.MULTILINE);

  private static final String PANICKED = "the guest's kernel panicked";

  private final Vm vm;
  private final TimeLimit limit;
  private final String silence;
  private VcpuTime got = new VcpuTime(Duration.ZERO, Duration.ZERO);

  /**
   * @param limit the time that the sample has
   * @param silence what is said of a guest whose agent falls silent while the machine runs on
   */
  public SampleWatch(Vm vm, Duration limit, String silence) {
    this.vm = vm;
    this.limit = new TimeLimit(limit);
    this.silence = silence;
  }

  /** Has the agent stop its sample. */
  public interface Stop {
    void send() throws IOException;
  }

  /** What the host gave the guest while the sample ran; of use after that. */
  public VcpuTime got() {
    return got;
  }

  /**
   * The limits that an agent gets whose sample this side stops, since the guest's clock does not
   * know how busy the host is. The agent's own limit is for when this side cannot stop it.
   */
  public Limits forTheAgent(Limits limits) {
    return limits.withTime(limit.most().plus(limit.limit()));
  }

  /**
   * Waits for the end of a sample that the agent stops at the limit, by the guest's clock.
   *
   * @param told what the agent tells; its sample has just been started
   * @throws GuestException if QEMU ended without a word of the guest's end, or the host was too
   *     busy
   */
  public Execution await(Transcript told) throws GuestException {
    Duration grace = vm.timeouts().of(Timeout.STOPPED_IN_MACHINE);
    return await(told, new TimeLimit(limit.limit().plus(grace)), () -> {}, Duration.ZERO);
  }

  /**
   * Waits for the end of a sample that this side stops when it has had its time, which is not that
   * of a clock: see {@link TimeLimit}.
   *
   * @param told what the agent tells; its sample has just been started
   * @throws GuestException if QEMU ended without a word of the guest's end, or the host was too
   *     busy
   */
  public Execution await(Transcript told, Stop stop) throws GuestException {
    Duration grace = vm.timeouts().of(Timeout.STOPPED_IN_MACHINE);
    return await(told, new TimeLimit(limit.limit().plus(STARTING)), stop, grace);
  }

  private Execution await(Transcript told, TimeLimit time, Stop stop, Duration grace)
      throws GuestException {
    try {
      return awaitEnd(told, time, stop, grace);
    } catch (GuestException e) {
      throw told.addTo(e);
    }
  }

  private Execution awaitEnd(Transcript told, TimeLimit time, Stop stop, Duration grace)
      throws GuestException {
    long start = System.nanoTime();
    CompletableFuture<Object> first = CompletableFuture.anyOf(told.end(), vm.qmp().guestEnd());
    if (!endsInTime(first, time) && !endsWhenStopped(first, stop, grace)) {
      if (!vm.isAlive()) {
        throw new GuestException("QEMU ended while the sample ran");
      }
      // The agent is too starved to tell that it stopped the sample, which has reached its limit
      // anyway.
      return told.unobserved(new Ending.Stopped(Limit.TIME), since(start), false);
    }
    if (vm.qmp().guestEnd().isDone() && vm.internet().isPresent()) {
      // What the guest said last has a longer way to this side than the word of its end.
      ends(told.end(), vm.timeouts().of(Timeout.QEMU_LAST_WORDS));
    }
    AgentEvent.@Nullable SampleEnd end =
        told.end().isCompletedExceptionally() ? null : told.end().getNow(null);
    return end == null
        ? told.unobserved(new Ending.GuestDown(whatTookItDown()), since(start), false)
        : told.execution(end);
  }

  /** Waits until the sample has had its time; false when it runs on. */
  private boolean endsInTime(CompletableFuture<?> first, TimeLimit time) throws GuestException {
    List<VcpuTime> before = vm.vcpus();
    long start = System.nanoTime();
    Duration ran = Duration.ZERO;
    boolean ended = false;
    for (Duration left = time.limit();
        !ended && left.compareTo(Duration.ZERO) > 0;
        left = time.left(ran, got.waited())) {
      if (time.isHopeless(ran)) {
        throw new GuestException(
            "the host is too busy: in %d s it did not give the guest its %d s; give fewer -Dguests"
                .formatted(ran.toSeconds(), limit.limit().toSeconds()));
      }
      ended = ends(first, left);
      ran = since(start);
      got = VcpuTime.between(before, vm.vcpus());
    }
    return ended;
  }

  private static boolean endsWhenStopped(CompletableFuture<?> first, Stop stop, Duration grace)
      throws GuestException {
    try {
      stop.send();
    } catch (IOException e) {
      // the agent is gone, as its end will tell
    }
    return ends(first, grace);
  }

  /** Waits for an end of any kind. */
  private static boolean ends(CompletableFuture<?> first, Duration within) throws GuestException {
    try {
      Await.value(first, within);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      // the agent or QEMU is gone, which whoever asks for the end is told
    }
    return true;
  }

  /** The conversation ended under the sample: who is to blame, it or the tool? */
  private String whatTookItDown() throws GuestException {
    try {
      return inWords(
          Await.value(vm.qmp().guestEnd(), vm.timeouts().of(Timeout.QEMU_NEWS)), vm.console());
    } catch (TimeoutException e) {
      return silence;
    } catch (ExecutionException e) {
      throw new GuestException(
          "QEMU ended by itself while the sample ran, without a word of the guest's end", e);
    }
  }

  /**
   * What took the guest down. A kernel that panics goes down by reset or power-off; that it
   * panicked is told by its console alone.
   *
   * @param reason QEMU's word for it
   * @param console hostile text
   */
  static String inWords(String reason, String console) {
    Matcher panic = PANIC.matcher(console);
    if (panic.find()) {
      return PANICKED + (panic.group(1) == null ? "" : ": " + SafeText.printable(panic.group(1)));
    }
    return switch (reason) {
      case "guest-panic" -> PANICKED;
      case "guest-shutdown" -> "the guest was switched off";
      case "guest-reset" -> "the guest was rebooted";
      default -> "the guest went down: " + SafeText.printable(reason);
    };
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}

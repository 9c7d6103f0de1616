package org.malassay.qemu;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.guest.AgentEvent;
import org.malassay.guest.Transcript;
import org.malassay.sample.SafeText;

/**
 * Waits for the end of a sample in a machine: by the agent's word, by QEMU's, or, when neither
 * comes, by this side's own clock.
 */
public final class SampleWatch {
  /** How long past its limit a sample may keep the agent from telling that it was stopped. */
  private static final Duration GRACE = Duration.ofSeconds(4);

  /** How long QEMU may take to tell that the guest is down once its agent is. */
  private static final Duration NEWS = Duration.ofSeconds(5);

  /** The last words of Linux's kernel, and of the unikernel's. */
  private static final Pattern PANIC =
      Pattern.compile("Kernel panic|^panic: ([^\\r\\n]{0,200})", Pattern.MULTILINE);

  private static final String PANICKED = "the guest's kernel panicked";

  private final Vm vm;
  private final Duration limit;
  private final String silence;

  /**
   * @param limit the time that the sample has
   * @param silence what is said of a guest whose agent falls silent while the machine runs on
   */
  public SampleWatch(Vm vm, Duration limit, String silence) {
    this.vm = vm;
    this.limit = limit;
    this.silence = silence;
  }

  /**
   * Waits for the end.
   *
   * @param told what the agent tells; its sample has just been started
   * @throws GuestException if QEMU ended without a word of the guest's end
   */
  public Execution await(Transcript told) throws GuestException {
    long start = System.nanoTime();
    CompletableFuture<Object> first = CompletableFuture.anyOf(told.end(), vm.qmp().guestEnd());
    try {
      first.get(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (!vm.isAlive()) {
        throw new GuestException("QEMU ended while the sample ran", e);
      }
      // Too starved to tell what the limit did: by then the sample had reached it.
      return told.unobserved(new Ending.Stopped(Limit.TIME), since(start));
    } catch (ExecutionException e) {
      // the agent or QEMU is gone: told below
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException("interrupted", e);
    }
    AgentEvent.@Nullable SampleEnd end =
        told.end().isCompletedExceptionally() ? null : told.end().getNow(null);
    return end == null
        ? told.unobserved(new Ending.GuestDown(whatTookItDown()), since(start))
        : told.execution(end);
  }

  /** The conversation ended under the sample: who is to blame, it or the tool? */
  private String whatTookItDown() throws GuestException {
    try {
      return inWords(vm.qmp().guestEnd().get(NEWS.toMillis(), TimeUnit.MILLISECONDS), vm.console());
    } catch (TimeoutException e) {
      return silence;
    } catch (ExecutionException e) {
      throw new GuestException(
          "QEMU ended by itself while the sample ran, without a word of the guest's end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException("interrupted", e);
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

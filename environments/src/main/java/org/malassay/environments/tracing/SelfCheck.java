package org.malassay.environments.tracing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;

/**
 * Checks that a recorder sees what it must: it runs the program of known calls, {@code check.c}, as
 * it runs samples. The check also finds the emulator that runs programs here, if there is one.
 */
final class SelfCheck {
  private static final String NAME = "malassay-check";
  private static final int EXIT_BITS = 0xFF;
  private static final int EXIT_SHIFT = 8;

  private final Recorder recorder;

  SelfCheck(Recorder recorder) {
    this.recorder = recorder;
  }

  /** Why the recorder is not to be believed; empty when it is. */
  Optional<String> run(Duration timeout) {
    try {
      Seen seen = see(timeout);
      List<String> arguments = seen.program().arguments();
      int words = arguments.size() - KnownCalls.ARGUMENTS.size() - 1;
      if (words < 0
          || !arguments.subList(words + 1, arguments.size()).equals(KnownCalls.ARGUMENTS)) {
        return Optional.of("the arguments of its program are not those that it was given");
      }
      if (words > 0) {
        recorder.learnEmulator(seen.program().device(), seen.program().inode(), words);
        seen = see(timeout);
      }
      return KnownCalls.ofLinux(NAME).missed(seen.events(), seen.states());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (TimeoutException e) {
      return Optional.of("its program did not end in %d s".formatted(timeout.toSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private record Seen(
      List<Event> events, GuestTrace.Program program, Map<Facet, FacetState> states) {}

  private Seen see(Duration timeout) throws IOException, TimeoutException, InterruptedException {
    List<Event> events = new ArrayList<>();
    try (GuestRecording guest = recorder.open(events::add, Optional.empty())) {
      long result = recorder.runKnownProgram(guest.cookie(), timeout);
      if (!guest.awaitEnd(timeout)) {
        throw new TimeoutException();
      }
      Map<Facet, FacetState> states = guest.finish();
      GuestTrace.Program program =
          guest.firstProgram().orElseThrow(() -> new IOException(whyNot(result)));
      return new Seen(List.copyOf(events), program, states);
    }
  }

  /** A program that was not executed has the error for its exit status. */
  private static String whyNot(long result) {
    int status = (int) result >> EXIT_SHIFT & EXIT_BITS;
    String error = Symbols.ERRORS.one(status);
    return error.equals("ENOEXEC")
        ? "the kernel there runs no ARM programs: install qemu-user and binfmt-support there, or run"
            + " with -Dsetup"
        : "it does not see its program begin (%s)".formatted(error);
  }
}

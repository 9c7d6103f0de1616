package org.malassay.environments.tracing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;

/**
 * Checks that a recorder sees what it must: it runs the program of known calls, {@code check.c}, as
 * it runs samples. The check also finds the emulator that runs programs here, if there is one.
 */
final class SelfCheck {
  private static final String ABSENT = "/malassay-check-absent";
  private static final String NAME = "malassay-check";
  private static final List<String> ARGUMENTS = List.of("known", "a word");
  private static final int EXIT_BITS = 0xFF;
  private static final int EXIT_SHIFT = 8;

  private final Recorder recorder;

  SelfCheck(Recorder recorder) {
    this.recorder = recorder;
  }

  /** Something that must be seen, after the one before. */
  private record Expectation(String words, Predicate<Event> isIt) {}

  private static final List<Expectation> EXPECTED =
      List.of(
          new Expectation("its beginning", ProcessBegun.class::isInstance),
          program(NAME, "known", "a word"),
          call("write", call -> call.path().equals(Optional.of("/dev/null")) && call.result() == 5),
          failed("open.*", "/file", "ENOENT"),
          failed("f?chmod.*", "/file", "ENOENT"),
          new Expectation(
              "rename",
              event ->
                  event instanceof SystemCall call
                      && call.name().startsWith("rename")
                      && call.target().equals(Optional.of(ABSENT + "/other"))),
          call("prctl", call -> call.arguments().contains("\"malassay-known\"")),
          call(
              "connect",
              call ->
                  call.endpoint().equals(Optional.of(new Endpoint("127.0.0.1", 9)))
                      && call.error().equals(Optional.of("ECONNREFUSED"))),
          new Expectation(
              "unlink in a thread",
              event ->
                  event instanceof SystemCall call
                      && call.name().startsWith("unlink")
                      && call.path().equals(Optional.of(ABSENT + "/by-thread"))
                      && call.thread() != call.process()),
          new Expectation("the beginning of its child", ProcessBegun.class::isInstance),
          program(NAME, "child"),
          end(3),
          end(7));

  private static Expectation program(String... arguments) {
    return new Expectation(
        "the program " + String.join(" ", arguments),
        event ->
            event instanceof ProgramStarted program
                && program.arguments().equals(List.of(arguments)));
  }

  private static Expectation call(String name, Predicate<SystemCall> isIt) {
    return new Expectation(
        name,
        event -> event instanceof SystemCall call && call.name().equals(name) && isIt.test(call));
  }

  private static Expectation failed(String name, String file, String error) {
    return new Expectation(
        name.replaceAll("[^a-z]", ""),
        event ->
            event instanceof SystemCall call
                && call.name().matches(name)
                && call.path().equals(Optional.of(ABSENT + file))
                && call.error().equals(Optional.of(error)));
  }

  private static Expectation end(int status) {
    return new Expectation(
        "the exit status " + status,
        event ->
            event instanceof ProcessEnded ended && ended.status().equals(OptionalInt.of(status)));
  }

  /** Why the recorder is not to be believed; empty when it is. */
  Optional<String> run(Duration timeout) {
    try {
      Seen seen = see(timeout);
      List<String> arguments = seen.program().arguments();
      int words = arguments.size() - ARGUMENTS.size() - 1;
      if (words < 0 || !arguments.subList(words + 1, arguments.size()).equals(ARGUMENTS)) {
        return Optional.of("the arguments of its program are not those that it was given");
      }
      if (words > 0) {
        recorder.learnEmulator(seen.program().device(), seen.program().inode(), words);
        seen = see(timeout);
      }
      return judge(seen);
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

  private static Optional<String> judge(Seen seen) {
    for (Map.Entry<Facet, FacetState> state : seen.states().entrySet()) {
      if (!state.getValue().equals(FacetState.OBSERVED)) {
        return Optional.of("%s: %s".formatted(state.getKey().word(), state.getValue()));
      }
    }
    int next = 0;
    for (Event event : seen.events()) {
      if (next < EXPECTED.size() && EXPECTED.get(next).isIt().test(event)) {
        next++;
      }
    }
    return next == EXPECTED.size()
        ? Optional.empty()
        : Optional.of("it does not see " + EXPECTED.get(next).words());
  }
}

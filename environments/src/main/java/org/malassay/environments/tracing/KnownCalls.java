package org.malassay.environments.tracing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;

/**
 * What must be seen of a program whose calls are known, before what a recorder tells of samples is
 * believed.
 */
public final class KnownCalls {
  /** What the program is started with. */
  public static final List<String> ARGUMENTS = List.of("known", "a word");

  private static final String ABSENT = "/malassay-check-absent";

  /** Of these it tells the place in memory only, or not which thread they are of. */
  private static final List<String> NOT_IN_LOG = List.of("prctl", "connect", "unlink in a thread");

  private final List<Expectation> expected;

  private KnownCalls(List<Expectation> expected) {
    this.expected = expected;
  }

  /** Something that must be seen, after the one before. */
  private record Expectation(String words, Predicate<Event> isIt) {}

  /**
   * Those of {@code recorder/check.c}.
   *
   * @param name that the program is started by
   */
  static KnownCalls ofLinux(String name) {
    return new KnownCalls(
        Stream.of(
                ofBoth(name),
                Stream.of(
                    new Expectation("the beginning of its child", ProcessBegun.class::isInstance),
                    program(name, "child"),
                    end(3),
                    end(7)))
            .flatMap(each -> each)
            .toList());
  }

  /** Those of {@code recorder/check.c} that the log of qemu-user tells. */
  public static KnownCalls ofEmulatorLog(String name) {
    return new KnownCalls(
        ofLinux(name).expected.stream()
            .filter(each -> !NOT_IN_LOG.contains(each.words()))
            .toList());
  }

  /**
   * Those of {@code unikernel/known_calls.c}, which starts no process where there can be but one.
   *
   * @param name that the program is started by
   */
  public static KnownCalls ofLibraryOs(String name) {
    return new KnownCalls(Stream.concat(ofBoth(name), Stream.of(refused("fork"), end(7))).toList());
  }

  /** That of a program which is refused. */
  public static KnownCalls ofRefusal() {
    return new KnownCalls(List.of(refused("execve")));
  }

  private static Stream<Expectation> ofBoth(String name) {
    return Stream.of(
        new Expectation("its beginning", ProcessBegun.class::isInstance),
        program(name, ARGUMENTS.toArray(String[]::new)),
        call("write", call -> call.path().equals(Optional.of("/dev/null")) && call.result() == 5),
        failed("open", "open.*", "/file", "ENOENT"),
        failed("chmod", "f?chmod.*", "/file", "ENOENT"),
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
                    && call.thread() != call.process()));
  }

  private static Expectation program(String name, String... arguments) {
    List<String> words = Stream.concat(Stream.of(name), Stream.of(arguments)).toList();
    return new Expectation(
        "the program " + String.join(" ", words),
        event -> event instanceof ProgramStarted program && program.arguments().equals(words));
  }

  private static Expectation call(String name, Predicate<SystemCall> isIt) {
    return new Expectation(
        name,
        event -> event instanceof SystemCall call && call.name().equals(name) && isIt.test(call));
  }

  private static Expectation refused(String name) {
    return call(name, call -> call.error().equals(Optional.of("ENOSYS")));
  }

  private static Expectation failed(String words, String name, String file, String error) {
    return new Expectation(
        words,
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

  /**
   * Why a recorder is not to be believed.
   *
   * @param events what it told of the program
   * @param states what it told of the facets that it sees
   * @return empty when it told all of it
   */
  public Optional<String> missed(List<Event> events, Map<Facet, FacetState> states) {
    for (Map.Entry<Facet, FacetState> state : states.entrySet()) {
      if (!state.getValue().equals(FacetState.OBSERVED)) {
        return Optional.of("%s: %s".formatted(state.getKey().word(), state.getValue()));
      }
    }
    int next = 0;
    for (Event event : events) {
      if (next < expected.size() && expected.get(next).isIt().test(event)) {
        next++;
      }
    }
    return next == expected.size()
        ? Optional.empty()
        : Optional.of("it does not see " + expected.get(next).words());
  }
}

package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.Events;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.run.Result;
import org.malassay.sample.LoginSession;
import org.malassay.verdict.Verdict.Outcome;

/** What third parties do wrong is said in one message that names them, and spoils nothing else. */
@NullUnmarked
@SuppressWarnings("NullOptional")
class ThirdPartyFaultsTest extends ExperimentFixture {
  private static final Callable<?> NULL = () -> null;
  private static final Callable<?> THROWS =
      () -> {
        throw new IllegalStateException("boom");
      };
  private static final Callable<?> FAILS =
      () -> {
        throw new NoClassDefFoundError("com/example/Gone");
      };
  private static final Callable<?> NEVER_RETURNS =
      () -> {
        new CountDownLatch(1).await();
        return null;
      };
  private static final Callable<?> CANNOT_BE_INTERRUPTED =
      () -> {
        for (long start = System.nanoTime(); System.nanoTime() - start < 10e9; ) {
          LockSupport.parkNanos(10_000_000);
          Thread.interrupted();
        }
        return null;
      };

  private Events runBoth(Stranger stranger) {
    return runBoth(stranger, List.of());
  }

  private Events runBoth(Stranger stranger, List<Report> reports) {
    return execute(
        experiment()
            .in("stranger", "fake")
            .option(RunOptions.GUEST_LIMIT, "150ms")
            .option(RunOptions.TIME_LIMIT, "1ms")
            .with(List.of(stranger, fake), reports));
  }

  static Stream<Arguments> faultsAtOpen() {
    return Stream.of(
        arguments("open", THROWS, "open threw java.lang.IllegalStateException: boom"),
        arguments("open", FAILS, "open threw java.lang.NoClassDefFoundError: com/example/Gone"),
        arguments("open", NULL, "open returned null"),
        arguments("environment.name", NULL, "name() returned null"),
        arguments("environment.name", is("x"), "its name() is \"x\", not \"stranger\""),
        arguments("environment.name", is("../x"), "its name() is \"../x\", not \"stranger\""),
        arguments("architectures", NULL, "architectures() threw java.lang.NullPointerException"),
        arguments("architectures", is(Set.of()), "architectures() is empty: no sample would run"),
        arguments(
            "architectures",
            is(new HashSet<>(Collections.singleton(null))),
            "architectures() threw java.lang.NullPointerException"),
        arguments("facts", NULL, "facts() threw java.lang.NullPointerException"),
        arguments(
            "facts",
            is(Collections.singletonMap("image", null)),
            "facts() threw java.lang.NullPointerException"),
        arguments("facts", FAILS, "facts() threw java.lang.NoClassDefFoundError"),
        arguments("defaultGuests", is(0), "defaultGuests() is 0: no sample would run"),
        arguments("defaultGuests", is(-1), "defaultGuests() is -1: no sample would run"));
  }

  private static Callable<?> is(Object value) {
    return () -> value;
  }

  @ParameterizedTest
  @MethodSource("faultsAtOpen")
  void anEnvironmentThatIsNoneIsToldAtOpenAndTheOthersRun(
      String method, Callable<?> fault, String message) throws IOException {
    Stranger stranger = new Stranger().but(method, fault);
    String told = "environment stranger (org.malassay.experiment.Stranger): " + message;

    Map<String, String> failures = failures(runBoth(stranger));

    assertThat(failures).containsOnlyKeys("stranger");
    assertThat(failures.get("stranger")).startsWith(told);
    assertThat(console()).containsOnlyOnce("warning: " + told);
    assertThat(results()).hasSize(4).allMatch(result -> result.environment().equals("fake"));
    assertThat(stranger.environmentClosed.get()).isEqualTo(!method.equals("open"));
  }

  static Stream<Arguments> faultsOfGuests() {
    Stream<Arguments> everywhere =
        Stream.of("start", "put", "libraries", "probe", "run", "collect")
            .flatMap(
                method ->
                    Stream.of(
                        arguments(
                            method, THROWS, method + " threw java.lang.IllegalStateException"),
                        arguments(method, FAILS, method + " threw java.lang.NoClassDefFoundError"),
                        arguments(method, NEVER_RETURNS, method + " did not return within 190 ms"),
                        arguments(
                            method,
                            (Callable<?>)
                                () -> {
                                  throw new IOException("checked, all the same");
                                },
                            method + " threw java.io.IOException")));
    return Stream.concat(
        everywhere,
        Stream.of(
            arguments("run", CANNOT_BE_INTERRUPTED, "run did not return within 190 ms"),
            arguments("start", NULL, "start returned null"),
            arguments("probe", NULL, "probe threw java.lang.NullPointerException"),
            arguments(
                "probe",
                is(new Probe(null, Duration.ZERO, Optional.empty(), Optional.empty())),
                "probe threw java.lang.NullPointerException"),
            arguments("run", NULL, "run threw java.lang.NullPointerException"),
            arguments("run", ends(null), "run threw java.lang.NullPointerException: Cannot invoke"),
            arguments("run", ends(new Ending.Signaled(127)), "run threw"),
            arguments("run", ends(new Ending.Signaled(-1)), "run threw"),
            arguments("run", ends(new Ending.Signaled(0)), "run threw"),
            arguments(
                "run",
                is(execution(Duration.ofMillis(-1), Output.NONE)),
                "run threw java.lang.IllegalArgumentException: a negative duration"),
            arguments(
                "run",
                is(execution(Duration.ZERO, new Output(new byte[9], 3))),
                "run threw java.lang.IllegalArgumentException: more output was kept"),
            arguments("run", is(execution(null, Output.NONE)), "run threw"),
            arguments("run", is(execution(Duration.ZERO, null)), "run threw"),
            arguments("run", is("no execution"), "run threw java.lang.ClassCastException")));
  }

  private static Callable<?> ends(Ending ending) {
    return is(Stranger.execution(ending));
  }

  private static Execution execution(Duration duration, Output stdout) {
    return new Execution(
        new Ending.Exited(0),
        Instant.EPOCH,
        duration,
        Optional.empty(),
        stdout,
        Output.NONE,
        false,
        0);
  }

  @ParameterizedTest
  @MethodSource("faultsOfGuests")
  void aGuestThatGoesWrongIsInconclusiveAndTheOthersRun(
      String method, Callable<?> fault, String message) throws IOException {
    Files.delete(corpus.resolve("b-fails"));
    Files.delete(corpus.resolve("c-crashes"));
    Events events = runBoth(new Stranger().but(method, fault));

    String told =
        "guest failed: environment stranger (org.malassay.experiment.Stranger): " + message;
    List<Result> results = results();
    assertThat(results).hasSize(4);
    assertThat(results)
        .filteredOn(result -> result.environment().equals("stranger"))
        .allMatch(result -> result.verdict().outcome() == Outcome.INCONCLUSIVE)
        .allSatisfy(
            result ->
                assertThat(result.verdict().cause().orElseThrow().toString()).startsWith(told))
        .allSatisfy(
            result ->
                assertThat(latest().path().resolve(result.evidence()).resolve("failure.txt"))
                    .content()
                    .contains("\tat "));
    assertThat(results)
        .filteredOn(result -> result.environment().equals("fake"))
        .allMatch(result -> result.verdict().outcome() == Outcome.EXECUTABLE);
    assertThat(failures(events)).hasSize(2);
  }

  @Test
  void aStepMayTakeAsLongAsALoginSessionOfTheCorpus() throws IOException {
    Files.writeString(
        corpus.resolve("e.session"), "#!%s\nexit 0\n".formatted(LoginSession.INTERPRETER));
    Callable<?> longerThanForFiles =
        () -> {
          Thread.sleep(500);
          return Stranger.execution(new Ending.Exited(0));
        };

    runBoth(new Stranger().but("run", longerThanForFiles));

    assertThat(results())
        .filteredOn(result -> result.environment().equals("stranger"))
        .hasSize(5)
        .allMatch(result -> result.verdict().outcome() == Outcome.EXECUTABLE);
  }

  static Stream<Arguments> faultsAtTheEnd() {
    return Stream.of("environment.close", "guest.close")
        .flatMap(
            method ->
                Stream.of(THROWS, FAILS, NEVER_RETURNS).map(fault -> arguments(method, fault)));
  }

  @ParameterizedTest
  @MethodSource("faultsAtTheEnd")
  void whatCannotBeClosedCostsNeitherVerdictsNorReportsNorTheRemovalOfSamples(
      String method, Callable<?> fault) throws IOException {
    Stranger report =
        new Stranger()
            .but("write", () -> Files.writeString(latest().path().resolve("written"), "whole"));
    Path zip = zip("exit 0");

    Events events =
        execute(
            experiment()
                .in("stranger", "fake")
                .option(RunOptions.SAMPLES, zip.toString())
                .option(RunOptions.GUEST_LIMIT, "150ms")
                .option(RunOptions.TIME_LIMIT, "1ms")
                .with(List.of(new Stranger().but(method, fault), fake), List.of(report)));

    assertThat(failures(events)).containsOnlyKeys("reports");
    assertThat(failures(events).get("reports"))
        .startsWith("environment stranger (org.malassay.experiment.Stranger): close");
    assertThat(results()).hasSize(2).allMatch(r -> r.verdict().outcome() == Outcome.EXECUTABLE);
    assertThat(latest().path().resolve("written")).hasContent("whole");
    assertThat(latest().path().resolve("samples")).doesNotExist();
    assertThat(fake.closed).hasValue(1);
  }

  static Stream<Arguments> faultsOfReports() {
    return Stream.of(
        arguments(THROWS, "write threw java.lang.IllegalStateException: boom"),
        arguments(FAILS, "write threw java.lang.NoClassDefFoundError: com/example/Gone"),
        arguments(NULL, "write returned null"),
        arguments(
            (Callable<?>)
                () -> {
                  throw new IOException("No space left on device");
                },
            "cannot be written: No space left on device"));
  }

  @ParameterizedTest
  @MethodSource("faultsOfReports")
  void aReportThatThrowsIsNamedAndStopsNothing(Callable<?> fault, String message)
      throws IOException {
    Stranger broken = new Stranger().but("write", fault);
    Stranger sound = new Stranger().but("provider.name", is("sound"));

    Events events = run(experiment -> experiment, List.of(broken, sound));

    assertThat(failures(events))
        .containsExactly(
            Map.entry("reports", "report stranger (org.malassay.experiment.Stranger): " + message));
    assertThat(console()).containsPattern("sound +" + latest().path());
    assertThat(results()).hasSize(4);
  }

  static Stream<Arguments> namesAndOptions() {
    return Stream.of(
        arguments("provider.name", NULL, "name() returned null"),
        arguments("provider.name", THROWS, "name() threw java.lang.IllegalStateException: boom"),
        arguments("provider.name", is("../x"), "its name is \"../x\", not lower-case letters"),
        arguments("provider.name", is(""), "its name is \"\", not lower-case letters"),
        arguments("provider.name", is("Box"), "its name is \"Box\", not lower-case letters"),
        arguments("provider.name", is("fake"), "its name fake is taken by"),
        arguments("options", NULL, "options() returned null"),
        arguments("options", FAILS, "options() threw java.lang.NoClassDefFoundError"),
        arguments("options", is(Arrays.asList((Object) null)), "options() threw java.lang.NullP"),
        arguments(
            "options",
            is(List.of(Option.optional("time.limit", "", "", text -> text))),
            "its option is named time.limit, not stranger.<something>"));
  }

  @ParameterizedTest
  @MethodSource("namesAndOptions")
  void whatHasNoNameOrOptionsOfItsOwnIsToldAndLeftOut(
      String method, Callable<?> fault, String message) throws IOException {
    Stranger stranger = new Stranger().but(method, fault);
    Experiment experiment = experiment().with(List.of(fake, stranger), List.of());

    assertThat(failures(execute(experiment))).isEmpty();

    assertThat(console())
        .containsOnlyOnce(message)
        .containsPattern("warning: [^\n]*org.malassay.experiment.Stranger: \\Q" + message);
    assertThat(results()).hasSize(4);
    assertThat(onlyFailure(execute(experiment.in("stranger"))))
        .startsWith(
            "-Denv=stranger: there is no such environment; there is: fake; cannot be used: ")
        .contains(message);
  }

  /** What a sound line of the same file names. */
  public static final class Sound implements Report {
    @Override
    public String name() {
      return "sound";
    }

    @Override
    public Path write(Runs runs, Options options) {
      return runs.run().path();
    }
  }

  @Test
  void aBrokenLineOfServicesIsToldAndTheOthersCount() throws IOException {
    String sound = Sound.class.getName();
    String noReport = ThirdPartyFaultsTest.class.getName();
    URL jar = jar("com.example.Gone\n" + noReport + "\n" + sound + "\n");
    URL unreadable = jar("not a class name\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader both = new URLClassLoader(new URL[] {unreadable, jar}, before)) {
      thread.setContextClassLoader(both);
      Reports reports = Reports.onClassPath();
      assertThat(reports.all()).extracting(CheckedReport::name).containsExactly("sound");
      assertThat(reports.problems())
          .hasSize(3)
          .allMatch(problem -> problem.startsWith(Report.class.getName() + ": "))
          .anyMatch(problem -> problem.endsWith("Illegal configuration-file syntax"))
          .anyMatch(problem -> problem.contains("Provider com.example.Gone not found"))
          .anyMatch(problem -> problem.endsWith(noReport + " not a subtype"));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** A folder with this file of services, as a jar has it. */
  private URL jar(String lines) throws IOException {
    Path jar = Files.createTempDirectory(folder, "jar");
    Path services = Files.createDirectories(jar.resolve("META-INF/services"));
    Files.writeString(services.resolve(Report.class.getName()), lines);
    return jar.toUri().toURL();
  }
}

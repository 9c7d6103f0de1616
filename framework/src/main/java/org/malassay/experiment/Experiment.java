package org.malassay.experiment;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.run.Repetitions;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;

/**
 * An experiment: samples, the environments to run them in, and what is expected of them. Immutable;
 * each method gives an experiment with one more setting. {@link #tests} makes it the dynamic tests
 * of a {@code @TestFactory}:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicNode> nothingRunsInOurContainer() {
 *   return Experiment.on(Path.of("samples"))
 *       .in("container")
 *       .checking(result -> assertThat(result).isNotExecutable())
 *       .tests();
 * }
 * }</pre>
 *
 * <p>A test passes when its sample was evaluated, whatever the verdict; fails when an expectation
 * is broken; errs when the verdict is INCONCLUSIVE. What is set here are defaults: the options
 * given on the command line count before them.
 */
public final class Experiment {
  private final Map<String, String> defaults;
  private final List<Consumer<? super Result>> checks;
  private final Installed installed;
  private final List<String> warnings;
  private final PrintStream console;

  private Experiment(
      Map<String, String> defaults,
      List<Consumer<? super Result>> checks,
      Installed installed,
      List<String> warnings,
      PrintStream console) {
    this.defaults = Map.copyOf(defaults);
    this.checks = List.copyOf(checks);
    this.installed = installed;
    this.warnings = List.copyOf(warnings);
    this.console = console;
  }

  /** An experiment on the samples that {@code -Dsamples} names. */
  public static Experiment fromCommandLine() {
    return new Experiment(Map.of(), List.of(), Installed.onClassPath(), List.of(), System.out);
  }

  /** An experiment on the samples in these folders, files or zips. */
  public static Experiment on(Path... samples) {
    return fromCommandLine()
        .option(
            RunOptions.SAMPLES,
            Arrays.stream(samples)
                .map(path -> path.toAbsolutePath().toString())
                .collect(Collectors.joining(",")));
  }

  /** Runs the samples in these environments, one environment after the other. */
  public Experiment in(String... environments) {
    return option(RunOptions.ENV, String.join(",", environments));
  }

  /** Expects the verdicts of a CSV file; see {@link RunOptions#EXPECT}. */
  public Experiment expecting(Path file) {
    return option(RunOptions.EXPECT, file.toAbsolutePath().toString());
  }

  /** Sets any option, as its text on the command line. */
  public Experiment option(Option<?> option, String value) {
    Map<String, String> more = new TreeMap<>(defaults);
    more.put(option.name(), value);
    return new Experiment(more, checks, installed, warnings, console);
  }

  /**
   * Checks each result; an {@link AssertionError} fails the sample's test, and is a broken
   * expectation in every report. May be called more than once for a result, and from any thread.
   */
  public Experiment checking(Consumer<? super Result> check) {
    List<Consumer<? super Result>> more = new ArrayList<>(checks);
    more.add(check);
    return new Experiment(defaults, more, installed, warnings, console);
  }

  /** Prints header, progress and closing table there, not on the console. */
  public Experiment printingTo(PrintStream out) {
    return new Experiment(defaults, checks, installed, warnings, out);
  }

  /**
   * Warns of what limits the experiment: in the header, and again below the closing table. May be
   * called more than once.
   */
  public Experiment warning(String warning) {
    List<String> more = new ArrayList<>(warnings);
    more.add(warning);
    return new Experiment(defaults, checks, installed, more, console);
  }

  /** With these in the place of what is on the class path. */
  Experiment with(List<EnvironmentProvider> providers, List<Report> reports) {
    return new Experiment(defaults, checks, installed.with(providers, reports), warnings, console);
  }

  /** With these variables in the place of those of the process's environment. */
  Experiment with(Map<String, String> variables) {
    return new Experiment(defaults, checks, installed.with(variables), warnings, console);
  }

  /**
   * The dynamic tests: a container for each environment with a test for each sample and repetition,
   * and a last test that writes the reports. An environment that cannot be opened is a test that
   * fails, unless none can. Where only some of the tests are run, as an IDE runs one, the reports
   * are written when the stream is closed.
   *
   * <p>With {@code -Dhelp} a test that prints the options.
   *
   * @throws OptionException if an option, the corpus or an environment cannot be used; the message
   *     says what mends it
   */
  public Stream<DynamicNode> tests() {
    Options options = Options.fromSystemProperties().over(defaults);
    if (options.find(RunOptions.HELP).isPresent()) {
      return Stream.of(dynamicTest("help", () -> Help.print(installed, console)));
    }
    RunOpener.Opened opened =
        new RunOpener(installed, checks, warnings, console).open(options, FactoryName.ofCaller());
    Run run = opened.run();
    Stream<DynamicNode> failed =
        run.failed().entrySet().stream()
            .map(failure -> failing(failure.getKey(), failure.getValue()));
    Stream<DynamicNode> environments =
        run.places().stream()
            .map(
                place ->
                    dynamicContainer(
                        place.environment().name(),
                        IntStream.range(0, run.measurements().size())
                            .mapToObj(
                                i ->
                                    dynamicTest(
                                        run.measurements().get(i).displayName(),
                                        () -> check(run.await(place, i))))));
    Stream<DynamicNode> nothing =
        opened.nothing().stream()
            .map(line -> failing("something to measure", new AssertionError(line)));
    return Stream.of(failed, environments, nothing, Stream.of(dynamicTest("reports", run::finish)))
        .<DynamicNode>flatMap(nodes -> nodes)
        .onClose(() -> finishEarly(run));
  }

  private static DynamicNode failing(String name, Throwable failure) {
    return dynamicTest(
        name,
        () -> {
          throw failure;
        });
  }

  private static void finishEarly(Run run) {
    try {
      run.finishEarly();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check(Result result) {
    // Maven's closing lines show the message only: it has to say which sample it is about.
    String subject =
        "%s in %s%s: "
            .formatted(
                SafeText.printable(result.sampleName()),
                result.environment(),
                Repetitions.words(result.repetition()));
    if (result.erred()) {
      throw new InconclusiveException(subject, result.verdict().cause().orElseThrow());
    }
    checks.forEach(check -> check.accept(result)); // again, for the line of the user's code
    if (!result.violations().isEmpty()) {
      throw new AssertionError(
          subject + SafeText.printable(String.join("; ", result.violations())));
    }
  }
}

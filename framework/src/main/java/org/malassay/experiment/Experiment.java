package org.malassay.experiment;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Limits;
import org.malassay.label.LabelOptions;
import org.malassay.label.Labels;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.report.Report;
import org.malassay.run.CorpusDigest;
import org.malassay.run.CorpusEntry;
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;
import org.malassay.sample.Corpus;
import org.malassay.sample.CorpusException;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;
import org.malassay.sample.Unpacking;
import org.malassay.verdict.Verdict.Outcome;

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
  private final Providers providers;
  private final Reports reports;
  private final List<String> warnings;
  private final PrintStream console;

  private Experiment(
      Map<String, String> defaults,
      List<Consumer<? super Result>> checks,
      Providers providers,
      Reports reports,
      List<String> warnings,
      PrintStream console) {
    this.defaults = Map.copyOf(defaults);
    this.checks = List.copyOf(checks);
    this.providers = providers;
    this.reports = reports;
    this.warnings = List.copyOf(warnings);
    this.console = console;
  }

  /** An experiment on the samples that {@code -Dsamples} names. */
  public static Experiment fromCommandLine() {
    return new Experiment(
        Map.of(), List.of(), Providers.onClassPath(), Reports.onClassPath(), List.of(), System.out);
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
    return new Experiment(more, checks, providers, reports, warnings, console);
  }

  /**
   * Checks each result; an {@link AssertionError} fails the sample's test, and is a broken
   * expectation in every report. May be called more than once for a result, and from any thread.
   */
  public Experiment checking(Consumer<? super Result> check) {
    List<Consumer<? super Result>> more = new ArrayList<>(checks);
    more.add(check);
    return new Experiment(defaults, more, providers, reports, warnings, console);
  }

  /** Prints header, progress and closing table there, not on the console. */
  public Experiment printingTo(PrintStream out) {
    return new Experiment(defaults, checks, providers, reports, warnings, out);
  }

  /**
   * Warns of what limits the experiment: in the header, and again below the closing table. May be
   * called more than once.
   */
  public Experiment warning(String warning) {
    List<String> more = new ArrayList<>(warnings);
    more.add(warning);
    return new Experiment(defaults, checks, providers, reports, more, console);
  }

  /** With these in the place of what is on the class path. */
  Experiment with(List<EnvironmentProvider> providers, List<Report> reports) {
    return new Experiment(
        defaults, checks, Providers.of(providers), Reports.of(reports), warnings, console);
  }

  /**
   * The dynamic tests: a container for each environment with a test for each sample, and a last
   * test that writes the reports. An environment that cannot be opened is a test that fails, unless
   * none can. Where only some of the tests are run, as an IDE runs one, the reports are written
   * when the stream is closed.
   *
   * <p>With {@code -Dhelp} a test that prints the options.
   *
   * @throws OptionException if an option, the corpus or an environment cannot be used; the message
   *     says what mends it
   */
  public Stream<DynamicNode> tests() {
    Options options = Options.fromSystemProperties().over(defaults);
    if (options.find(RunOptions.HELP).isPresent()) {
      return Stream.of(dynamicTest("help", () -> Help.print(providers, reports, console)));
    }
    Opened opened = open(options, FactoryName.ofCaller());
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
                        IntStream.range(0, run.samples().size())
                            .mapToObj(
                                i ->
                                    dynamicTest(
                                        displayName(run.samples().get(i)),
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

  /**
   * @param nothing a line for each environment in which nothing of the corpus can be measured
   */
  private record Opened(Run run, List<String> nothing) {}

  private static String displayName(Sample sample) {
    return "%s [%s]".formatted(SafeText.printable(sample.name()), sample.shortId());
  }

  private void check(Result result) {
    // Maven's closing lines show the message only: it has to say which sample it is about.
    String subject = SafeText.printable(result.sampleName()) + " in " + result.environment() + ": ";
    if (result.verdict().outcome() == Outcome.INCONCLUSIVE) {
      throw new InconclusiveException(subject, result.verdict().cause().orElseThrow());
    }
    checks.forEach(check -> check.accept(result)); // again, for the line of the user's code
    if (!result.violations().isEmpty()) {
      throw new AssertionError(
          subject + SafeText.printable(String.join("; ", result.violations())));
    }
  }

  private Opened open(Options options, String experiment) {
    // What can be wrong with the options is said before anything is made or opened.
    options.refuseMisspelt(allOptions(providers.all(), reports));
    List<CheckedProvider> chosen = chosen(options);
    chosen.forEach(provider -> provider.options().forEach(options::find));
    Reports wanted = reports.chosen(options);
    Limits limits = RunOptions.limits(options);
    Optional<Integer> guests = options.find(RunOptions.GUESTS);
    List<String> arguments = options.find(RunOptions.SAMPLE_ARGUMENTS).orElse(List.of());
    Path runs = options.get(RunOptions.OUT);
    Optional<Path> resumed =
        options.find(RunOptions.RESUME).map(run -> earlierRun(RunOptions.RESUME, run, runs));
    List<Gate> gates = gates(options, runs);
    String id = resumed.map(Experiment::idOf).orElseGet(Experiment::newId);
    UnpackedSamples unpacked = new UnpackedSamples(resumed.orElse(runs.resolve(id)));
    LabelOptions.all().forEach(options::find);
    Optional<Labels> open = Optional.empty();
    Faults faults = new Faults();
    Optional<Journal> journal = Optional.empty();
    List<Environment> opened = new ArrayList<>();
    Map<String, EnvironmentException> failed = new LinkedHashMap<>();
    boolean ready = false;
    try {
      Files.createDirectories(runs);
      Corpus all = wholeCorpus(options, unpacked.folder());
      Corpus corpus = chosen(all, options);
      Labels labels = Labels.open(options, corpus.samples());
      open = Optional.of(labels);
      for (CheckedProvider provider : chosen) {
        try {
          opened.add(
              CheckedEnvironment.open(
                  provider, options, limits, id, RunOptions.step(options), faults::add));
        } catch (EnvironmentException e) {
          failed.put(provider.name(), e);
        }
      }
      refuseIfNoneIsOpen(opened, failed.values());
      Session session = session(options, chosen, wanted, opened, CorpusDigest.of(entries(all)));
      OpenRun written =
          resumed.isPresent()
              ? OpenRun.resume(resumed.get(), session, wanted.optionNames(), entries(corpus))
              : OpenRun.create(runs, RunHeader.of(id, experiment, session), entries(corpus));
      journal = Optional.of(written.journal());
      written.directory().writeUnread(all.unread());
      Progress progress = new Progress(console, corpus.samples().size(), warnings);
      Run run =
          new Run(
              written.directory(),
              written.journal(),
              opened.stream().map(environment -> place(environment, guests)).toList(),
              failed,
              corpus.samples(),
              arguments,
              unpacked,
              labels,
              gates,
              wanted,
              options,
              faults,
              progress);
      ready = true;
      List<String> nothing =
          opened.stream().flatMap(it -> Programs.noneFor(it, all).stream()).toList();
      List<String> problems =
          new ArrayList<>(
              warnings(written, opened, labels, gates, corpus.samples(), options, failed.values()));
      problems.addAll(nothing);
      progress.header(written.directory().header(), corpus, problems);
      return new Opened(run, nothing);
    } catch (CorpusException e) {
      throw new OptionException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new OptionException(
          resumed.isPresent()
              ? "-Dresume: run %s cannot be continued: %s".formatted(id, Reason.of(e))
              : "-Dout=%s cannot hold the run: %s".formatted(runs, Reason.of(e)));
    } finally {
      if (!ready) {
        opened.forEach(Environment::close);
        open.ifPresent(Labels::close);
        journal.ifPresent(Experiment::closeQuietly);
        if (resumed.isEmpty()) { // else another run may be at work in there
          removeQuietly(unpacked);
        }
      }
    }
  }

  private static void refuseIfNoneIsOpen(
      List<Environment> opened, Collection<EnvironmentException> failed) {
    if (opened.isEmpty()) {
      throw new OptionException(
          failed.stream()
              .map(failure -> String.valueOf(failure.getMessage()))
              .collect(Collectors.joining("; ")),
          // its own cause: the message said twice is no clearer
          failed.iterator().next().getCause());
    }
  }

  private List<String> warnings(
      OpenRun written,
      List<Environment> opened,
      Labels labels,
      List<Gate> gates,
      List<Sample> samples,
      Options options,
      Collection<EnvironmentException> failed) {
    boolean whole = options.find(RunOptions.SAMPLE).isEmpty();
    return Stream.of(
            written.warnings().stream(),
            providers.problems().stream(),
            reports.problems().stream(),
            opened.stream().map(Environment::warnings).flatMap(List::stream),
            failed.stream().map(failure -> String.valueOf(failure.getMessage())),
            labels.problems().stream(),
            gates.stream().flatMap(gate -> gate.warnings().stream()),
            gates.stream()
                .map(
                    gate ->
                        gate.idle(samples)
                            .or(() -> whole ? gate.absent(samples) : Optional.empty()))
                .flatMap(Optional::stream))
        .flatMap(problems -> problems)
        .toList();
  }

  /** After a failure, which is what the user must hear of. */
  private static void removeQuietly(UnpackedSamples unpacked) {
    try {
      unpacked.remove();
    } catch (IOException e) {
      // The disk is what failed.
    }
  }

  private static void closeQuietly(Journal journal) {
    try {
      journal.close();
    } catch (IOException e) {
      // The disk is what failed.
    }
  }

  private List<CheckedProvider> chosen(Options options) {
    return options
        .find(RunOptions.ENV)
        .orElseThrow(
            () ->
                new OptionException(
                    "-Denv is missing: name an environment, such as -Denv="
                        + providers.all().stream()
                            .map(CheckedProvider::name)
                            .findFirst()
                            .orElse("container")))
        .stream()
        .distinct()
        .map(providers::named)
        .toList();
  }

  private Corpus wholeCorpus(Options options, Path unpacked) throws CorpusException {
    return Corpus.of(
        options.get(RunOptions.SAMPLES),
        new Unpacking(
            unpacked,
            options.get(RunOptions.PASSWORDS),
            options.find(RunOptions.CHARSET),
            console::println));
  }

  private static Corpus chosen(Corpus all, Options options) throws CorpusException {
    Optional<String> chosen = options.find(RunOptions.SAMPLE);
    return chosen.isPresent() ? all.filter(chosen.get()) : all;
  }

  private static List<CorpusEntry> entries(Corpus corpus) {
    return corpus.members().stream()
        .map(
            member ->
                new CorpusEntry(
                    member.path(),
                    member.sample().sha256(),
                    member.sample().size(),
                    member.sample().facts(),
                    member.duplicate() ? Optional.of(member.sample().path()) : Optional.empty()))
        .toList();
  }

  private static Run.Place place(Environment environment, Optional<Integer> guests) {
    return new Run.Place(environment, guests.orElseGet(environment::defaultGuests));
  }

  private List<Gate> gates(Options options, Path runs) {
    List<Gate> gates = new ArrayList<>();
    options.find(RunOptions.EXPECT).map(Expectations::read).ifPresent(gates::add);
    options
        .find(RunOptions.BASELINE)
        .map(run -> Baseline.read(earlierRun(RunOptions.BASELINE, run, runs)))
        .ifPresent(gates::add);
    options.find(RunOptions.MAX_THREAT).map(Gate::maxThreat).ifPresent(gates::add);
    checks.stream().map(Gate::check).forEach(gates::add);
    return gates;
  }

  /** The folder of a run named by its id, its folder, or not at all: the latest. */
  private static Path earlierRun(Option<String> option, String run, Path runs) {
    String name =
        run.isEmpty() || run.equals("true") ? "latest" : run; // Maven's -Dresume is "true"
    Path folder =
        Stream.of(runs.resolve(name), Values.path(name))
            .filter(Files::isDirectory)
            .findFirst()
            .orElseThrow(
                () ->
                    new OptionException(
                        "-D%s: there is no run %s in %s (another folder of runs: -Dout)"
                            .formatted(option.name(), name, runs)));
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new OptionException(
          "-D%s: the run %s cannot be read: %s".formatted(option.name(), folder, Reason.of(e)));
    }
  }

  private static String idOf(Path folder) {
    return folder.getFileName().toString();
  }

  private static String newId() {
    return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .withZone(ZoneOffset.UTC)
            .format(Instant.now())
        + "-%04x".formatted(ThreadLocalRandom.current().nextInt(0x10000));
  }

  private static List<Option<?>> allOptions(List<CheckedProvider> providers, Reports reports) {
    List<Option<?>> all = new ArrayList<>(RunOptions.all());
    all.add(RunOptions.HELP);
    all.addAll(LabelOptions.all());
    providers.forEach(provider -> all.addAll(provider.options()));
    all.addAll(reports.options());
    return all;
  }

  private static Session session(
      Options options,
      List<CheckedProvider> chosen,
      Reports reports,
      List<Environment> opened,
      CorpusDigest corpus) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put(
        "malassay",
        Optional.ofNullable(Experiment.class.getPackage().getImplementationVersion())
            .orElse("development"));
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    versions.put("host", System.getProperty("os.arch"));
    Map<String, Map<String, String>> facts = new LinkedHashMap<>();
    opened.forEach(environment -> facts.put(environment.name(), environment.facts()));
    return new Session(
        Instant.now(),
        options.inForce(allOptions(chosen, reports)),
        versions,
        facts,
        Optional.of(corpus));
  }
}

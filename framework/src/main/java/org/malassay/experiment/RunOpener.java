package org.malassay.experiment;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.malassay.environment.Environment;
import org.malassay.label.Labels;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.run.Result;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;
import org.malassay.run.Shard;
import org.malassay.sample.CorpusException;
import org.malassay.sample.Sample;

/**
 * Opens runs: what is wrong with the options is said before anything is made or opened, and what
 * was made or opened is undone where a run cannot start.
 *
 * @param checks the user's own
 * @param limits of the whole run, of which its header and its end warn
 */
record RunOpener(
    Installed installed,
    List<Consumer<? super Result>> checks,
    List<String> limits,
    PrintStream console) {

  /**
   * @param nothing a line for each environment in which nothing of the corpus can be measured
   */
  record Opened(Run run, List<String> nothing) {}

  /**
   * @param experiment what is run, by the name of its factory
   * @throws OptionException if an option, the corpus or every environment cannot be used; the
   *     message says what mends it
   */
  Opened open(Options options, String experiment) {
    Sharding sharding = Sharding.of(options, installed.variables());
    RunPlan plan = RunPlan.of(sharding.over(options), installed, checks);
    try (Undo undo = new Undo()) {
      return open(plan, experiment, sharding, undo);
    } catch (CorpusException e) {
      throw new OptionException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw plan.folder().unusable(e);
    }
  }

  private Opened open(RunPlan given, String experiment, Sharding sharding, Undo undo)
      throws CorpusException, IOException {
    RunFolder folder = given.folder();
    UnpackedSamples unpacked = folder.unpacked();
    if (folder.resumed().isEmpty()) { // else another run may be at work in there
      undo.quietlyBy(unpacked::remove);
    }
    Files.createDirectories(folder.runs());
    RunCorpus corpus = RunCorpus.read(given.options(), unpacked.folder(), console);
    RunPlan plan = given.forCorpus(corpus.all());
    List<Sample> samples = corpus.chosen().samples();
    Labels labels = Labels.open(plan.options(), samples);
    undo.by(labels::close);
    Faults faults = new Faults();
    OpenEnvironments environments = OpenEnvironments.of(plan, faults, undo);
    OpenRun written = written(plan, experiment, session(plan, environments, corpus), corpus);
    undo.quietlyBy(written.journal()::close);
    written.directory().writeUnread(corpus.all().unread());
    Progress progress = new Progress(console, samples.size(), plan.repeat(), limits);
    Run run = new Run(plan, written, environments, samples, labels, faults, progress);
    undo.forget();
    List<String> nothing =
        environments.all().stream()
            .flatMap(it -> Programs.noneFor(it, corpus.all()).stream())
            .toList();
    List<String> problems = new ArrayList<>(sharding.warnings(corpus));
    problems.addAll(written.warnings());
    problems.addAll(installed.problems());
    problems.addAll(warnings(environments));
    problems.addAll(labels.problems());
    problems.addAll(warnings(plan, samples));
    problems.addAll(nothing);
    plan.features()
        .withoutOpcodes()
        .ifPresent(why -> problems.add("-Dfeatures: opcodes are missing: " + why));
    progress.header(written.directory().header(), corpus.chosen(), problems);
    return new Opened(run, nothing);
  }

  private static OpenRun written(RunPlan plan, String experiment, Session session, RunCorpus corpus)
      throws IOException {
    RunFolder folder = plan.folder();
    return folder.resumed().isPresent()
        ? OpenRun.resume(
            folder.resumed().get(),
            session,
            plan.reports().optionNames(),
            plan.rules().digest(),
            corpus.entries())
        : OpenRun.create(
            folder.runs(), RunHeader.of(folder.id(), experiment, session), corpus.entries());
  }

  private Session session(RunPlan plan, OpenEnvironments environments, RunCorpus corpus) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.putAll(Checkout.versions());
    versions.put("host", System.getProperty("os.arch"));
    versions.putAll(plan.features().versions());
    return new Session(
        Instant.now(),
        plan.options().inForce(installed.options(plan.providers(), plan.reports())),
        versions,
        environments.facts(plan.recorded()),
        Optional.of(corpus.digest()));
  }

  private static List<String> warnings(OpenEnvironments environments) {
    return Stream.concat(
            environments.all().stream().map(Environment::warnings).flatMap(List::stream),
            environments.failed().values().stream()
                .map(failure -> String.valueOf(failure.getMessage())))
        .toList();
  }

  private static List<String> warnings(RunPlan plan, List<Sample> samples) {
    boolean whole =
        plan.options().find(RunOptions.SAMPLE).isEmpty()
            && plan.options().find(Shard.OPTION).map(Shard::isWhole).orElse(true);
    return Stream.concat(
            plan.gates().stream().flatMap(gate -> gate.warnings().stream()),
            plan.gates().stream()
                .map(
                    gate ->
                        gate.idle(samples)
                            .or(() -> whole ? gate.absent(samples) : Optional.empty()))
                .flatMap(Optional::stream))
        .toList();
  }
}

package org.malassay.experiment;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.malassay.environment.Limits;
import org.malassay.features.Extractor;
import org.malassay.features.FeatureOptions;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.report.Baseline;
import org.malassay.report.NamedRun;
import org.malassay.run.Result;
import org.malassay.sample.Corpus;
import org.malassay.score.RuleBook;
import org.malassay.score.RuleOptions;

/**
 * What a run is to be, as its options tell it. Nothing is made or opened for it.
 *
 * @param environments in their order
 * @param logins whether samples may be sessions of a remote login
 * @param payloads what those fetched when they were recorded: SHA-256 by URL
 * @param reports to be written
 * @param guests how many run side by side; chosen by the environment where it is empty
 * @param repeat how often each sample is measured in each environment
 * @param orders how samples are run
 * @param recorded what is recorded of every sample
 * @param baseline the run that it is compared with
 * @param gates what its results must pass
 * @param rules by which its samples are scored
 * @param features what is made of its samples' bytes
 */
record RunPlan(
    Options options,
    List<ChosenEnvironment> environments,
    boolean logins,
    Map<String, String> payloads,
    Reports reports,
    Limits limits,
    Optional<Integer> guests,
    int repeat,
    Orders orders,
    Recorded recorded,
    RunFolder folder,
    Optional<Baseline> baseline,
    List<Gate> gates,
    RuleBook rules,
    Extractor features) {

  /**
   * The same plan for this corpus: where it holds sessions, guests are ready for them, and have as
   * much time as the kind of sample that has more.
   */
  RunPlan forCorpus(Corpus corpus) {
    if (!corpus.holdsLoginSessions()) {
      return this;
    }
    return new RunPlan(
        options,
        environments,
        /* logins= */ true,
        corpus.payloads(),
        reports,
        limits.withTime(
            Collections.max(
                List.of(
                    options.get(RunOptions.TIME_LIMIT), options.get(RunOptions.SESSION_LIMIT)))),
        guests,
        repeat,
        orders,
        recorded,
        folder,
        baseline,
        gates,
        rules,
        features);
  }

  /**
   * @throws OptionException if an option cannot be used; the message says what mends it
   */
  static RunPlan of(Options options, Installed installed, List<Consumer<? super Result>> checks) {
    options.refuseMisspelt(installed.options());
    List<ChosenEnvironment> environments = installed.providers().chosen(options);
    Reports reports = installed.reports().chosen(options);
    installed.options(of(environments), reports).forEach(options::find); // each has such a value
    RunFolder folder = RunFolder.of(options);
    Optional<NamedRun> named =
        options
            .find(RunOptions.BASELINE)
            .map(text -> NamedRun.find(RunOptions.BASELINE, text, folder.runs()));
    named.ifPresent(it -> folder.resumed().ifPresent(run -> Baseline.refuseItself(it, run)));
    Optional<Baseline> baseline = named.map(Baseline::read);
    return new RunPlan(
        named.map(it -> options.with(RunOptions.BASELINE, it.name())).orElse(options),
        environments,
        /* logins= */ false,
        Map.of(),
        reports,
        RunOptions.limits(options),
        options.find(RunOptions.GUESTS),
        options.get(RunOptions.REPEAT),
        Orders.of(options),
        options.get(RunOptions.RECORD),
        folder,
        baseline,
        Gate.all(options, baseline, checks),
        RuleOptions.rules(options),
        FeatureOptions.extractor(options));
  }

  /** Who opens these, each once. */
  private static List<CheckedProvider> of(List<ChosenEnvironment> environments) {
    return environments.stream().map(ChosenEnvironment::provider).distinct().toList();
  }

  /** Who opens its environments, each once. */
  List<CheckedProvider> providers() {
    return of(environments);
  }
}

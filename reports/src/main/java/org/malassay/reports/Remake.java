package org.malassay.reports;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.malassay.files.FileReason;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyReports;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.report.Baseline;
import org.malassay.report.NamedRun;
import org.malassay.report.Report;
import org.malassay.report.Rescoring;
import org.malassay.report.Runs;
import org.malassay.reports.writing.ReportOptions;
import org.malassay.run.MergeOptions;
import org.malassay.run.Merging;
import org.malassay.run.RunDirectory;
import org.malassay.sample.SafeText;
import org.malassay.score.RuleBook;
import org.malassay.score.RuleOptions;

/**
 * Makes reports again, of the directory of a run: {@code Remake RUN_DIR [REPORT,...]}, without
 * names those that need not be asked for. With {@code -Druns} it merges runs into a new one first:
 * {@code Remake [REPORT,...]}. The directory may be that of a survey, too. A report has the options
 * that the run had, and those that are given now as {@code -Dname=value} over them.
 */
public final class Remake {
  private static final String USAGE =
      "Remake RUN_DIR [REPORT,...]: RUN_DIR is the directory of a run, such as target/runs/latest;"
          + " or Remake -Druns=RUN_DIR,... [REPORT,...]; the reports are %s";

  private final Map<String, Report> reports;
  private final Options given;
  private final PrintStream out;

  /**
   * @param given the options of the command line
   * @param out is told where each report was written
   */
  Remake(Iterable<Report> reports, Options given, PrintStream out) {
    this.reports = new LinkedHashMap<>();
    reports.forEach(report -> this.reports.put(report.name(), report));
    this.given = given;
    this.out = out;
  }

  /** Ends with status 1 where not all were made; the messages then say what mends it. */
  public static void main(String[] args) {
    Remake remake =
        new Remake(ServiceLoader.load(Report.class), Options.fromSystemProperties(), System.out);
    try {
      remake.make(List.of(args));
    } catch (OptionException | IOException e) {
      System.err.println(SafeText.printable(String.valueOf(e.getMessage())));
      System.exit(1);
    }
  }

  /**
   * Makes each of them, even when another fails.
   *
   * @throws OptionException if an argument or an option cannot be used
   * @throws IOException if one could not be written; the message names each
   */
  void make(List<String> arguments) throws IOException {
    Optional<List<Path>> parts = given.find(MergeOptions.RUNS);
    int runs = parts.isPresent() ? 0 : 1;
    if (arguments.size() < runs
        || arguments.size() > runs + 1
        || arguments.stream().anyMatch(String::isBlank)) {
      throw new OptionException(USAGE.formatted(names()));
    }
    if (runs == 1 && SurveyDirectory.is(folder(arguments.get(0)))) {
      survey(arguments);
      return;
    }
    List<Report> wanted =
        arguments.size() == runs
            ? reports.values().stream().filter(report -> !report.onRequest()).toList()
            : named(arguments.get(runs));
    List<Option<?>> ofReports =
        reports.values().stream().<Option<?>>flatMap(it -> it.options().stream()).toList();
    List<Option<?>> known = new ArrayList<>(ofReports);
    known.addAll(new ReportOptions().options());
    known.add(RuleOptions.RULES);
    known.add(Baseline.OPTION);
    known.add(RunDirectory.OUT);
    known.addAll(new MergeOptions().options());
    given.refuseMisspelt(known);
    RunDirectory run = parts.isPresent() ? merged(parts.get(), ofReports) : run(arguments.get(0));
    Options options = given.over(run.header().last().options());
    known.forEach(options::find); // each has such a value
    Optional<Baseline> baseline = baseline(run, options);
    Runs reported = rescored(Runs.inFolderOf(run), options).against(baseline);
    List<String> failures = new ArrayList<>();
    for (Report report : wanted) {
      try {
        out.printf("%-10s %s%n", report.name(), report.write(reported, options));
      } catch (IOException | RuntimeException e) {
        failures.add("report %s cannot be written: %s".formatted(report.name(), FileReason.of(e)));
      }
    }
    if (!failures.isEmpty()) {
      throw new IOException(String.join("; ", failures));
    }
  }

  /** The reports of a survey are others, by the same names. */
  private void survey(List<String> arguments) throws IOException {
    SurveyDirectory survey = SurveyDirectory.open(folder(arguments.get(0)));
    SurveyReports all = SurveyReports.onClassPath();
    SurveyReports wanted = arguments.size() > 1 ? all.chosen(Values.names(arguments.get(1))) : all;
    List<String> failures = new ArrayList<>();
    wanted
        .write(survey, given.over(survey.header().last().options()), failures::add)
        .forEach((name, where) -> out.printf("%-10s %s%n", name, where));
    if (!failures.isEmpty()) {
      throw new IOException(String.join("; ", failures));
    }
  }

  private List<Report> named(String names) {
    List<Report> wanted = new ArrayList<>();
    for (String name : Values.names(names)) {
      if (!reports.containsKey(name)) {
        throw new OptionException("there is no report %s; there is: %s".formatted(name, names()));
      }
      wanted.add(reports.get(name));
    }
    return wanted;
  }

  private String names() {
    return String.join(", ", reports.keySet());
  }

  /** A baseline that the run had, and that is gone now, keeps no report from being made. */
  private Optional<Baseline> baseline(RunDirectory run, Options options) {
    Optional<String> name = options.find(Baseline.OPTION);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      NamedRun named =
          NamedRun.find(Baseline.OPTION, name.get(), run.path().resolveSibling(".").normalize());
      Baseline.refuseItself(named, run.path());
      return Optional.of(Baseline.read(named));
    } catch (OptionException e) {
      if (given.find(Baseline.OPTION).isPresent()) {
        throw e;
      }
      out.printf(
          "%-10s left out, since the run's is gone: %s; -Dbaseline=FOLDER names it%n",
          "baseline", e.getMessage());
      return Optional.empty();
    }
  }

  /** Rules that the run had, and that are gone now, keep no report from being made. */
  private Runs rescored(Runs runs, Options options) throws IOException {
    RuleBook rules;
    try {
      rules = RuleOptions.rules(options);
    } catch (OptionException e) {
      if (given.find(RuleOptions.RULES).isPresent()) {
        throw e;
      }
      out.printf(
          "%-10s as they were, since the run's rules are gone: %s%n", "scores", e.getMessage());
      return runs;
    }
    Optional<String> done = Rescoring.of(runs.run(), runs.results(), rules);
    done.ifPresent(words -> out.printf("%-10s %s%n", "scores", words));
    return done.isEmpty() ? runs : Runs.of(runs.run(), runs.earlier()); // the journal has changed
  }

  private RunDirectory merged(List<Path> folders, List<Option<?>> ofReports) throws IOException {
    Set<String> mayDiffer = new HashSet<>(given.find(MergeOptions.DIFFER).orElse(List.of()));
    ofReports.forEach(option -> mayDiffer.add(option.name()));
    List<RunDirectory> runs = folders.stream().map(Remake::run).toList();
    RunDirectory merged = Merging.of(runs, given.get(RunDirectory.OUT), mayDiffer);
    out.printf("%-10s %s, of %d runs%n", "merged", merged.path(), runs.size());
    for (String line : Runs.of(merged).caveats()) {
      out.printf("%-10s %s%n", "warning", SafeText.printable(line));
    }
    return merged;
  }

  private static RunDirectory run(String folder) {
    return run(folder(folder));
  }

  private static Path folder(String name) {
    try {
      return Values.path(name);
    } catch (IllegalArgumentException e) {
      throw noRun(e);
    }
  }

  private static RunDirectory run(Path folder) {
    try {
      return RunDirectory.open(folder);
    } catch (IOException e) {
      throw noRun(e);
    }
  }

  private static OptionException noRun(Exception e) {
    return new OptionException(
        FileReason.of(e) + "; name the directory of a run, such as target/runs/latest");
  }
}

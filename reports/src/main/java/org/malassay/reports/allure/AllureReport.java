package org.malassay.reports.allure;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.qameta.allure.FileSystemResultsWriter;
import io.qameta.allure.model.TestResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.files.WholeFolder;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.Comparison;
import org.malassay.run.Repetitions;
import org.malassay.run.RunDirectory;

/**
 * {@code allure-results/}: one result a sample and environment, with its evidence attached. {@code
 * mvn allure:report} makes HTML of it.
 */
public final class AllureReport implements Report {
  static final Option<Long> ATTACHMENT_SIZE =
      Option.of(
          "allure.attachment.size",
          "SIZE",
          "64k",
          "how much of each piece of evidence is attached; the whole stays in the run directory",
          Values::size);
  static final Option<Integer> ATTACHMENTS =
      Option.of(
          "allure.attachments",
          "COUNT",
          "40",
          "how many pieces of evidence are attached to a result",
          Values::count);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> variables;

  /** With the environment variables of this process, which tell of a CI system. */
  public AllureReport() {
    this(System.getenv());
  }

  AllureReport(Map<String, String> variables) {
    this.variables = variables;
  }

  @Override
  public String name() {
    return "allure";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(ATTACHMENT_SIZE, ATTACHMENTS);
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    Path folder = runs.run().path().resolve("allure-results");
    WholeFolder.write(folder, fresh -> fill(fresh, runs, options));
    return folder;
  }

  /** In a checkout of the project, whose POM has what Maven needs for it. */
  @Override
  public Optional<String> command(Path written) {
    return Optional.ofNullable(System.getProperty("malassay.root"))
        .map(root -> "mvn allure:report -Dallure.results.directory=" + quoted(written.toString()));
  }

  /** As one word for a shell. */
  private static String quoted(String word) {
    return word.matches("[\\w./+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private void fill(Path folder, Runs runs, Options options) throws IOException {
    RunDirectory run = runs.run();
    String experiment = run.header().experiment();
    int most = options.get(ATTACHMENTS);
    long size = options.get(ATTACHMENT_SIZE);
    FileSystemResultsWriter writer = new FileSystemResultsWriter(folder);
    boolean repeated = Repetitions.among(runs.results());
    try { // Each row is read again from its log, and has files of its own.
      runs.results().parallelStream()
          .forEach(
              result -> {
                try {
                  TestResult test = AllureResult.of(result, experiment, repeated);
                  Optional<Seen> seen = Seen.of(run, result, test.getStart());
                  writer.write(
                      test.setSteps(seen.map(Seen::steps).orElse(List.of()))
                          .setAttachments(
                              Attachments.of(run, result, most, size)
                                  .writeTo(writer, seen.map(Seen::text))));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Trend.of(runs).writeTo(folder.resolve("history"));
    JSON.writeValue(folder.resolve("categories.json").toFile(), Category.ALL);
    Files.writeString(
        folder.resolve("environment.properties"),
        EnvironmentProperties.of(run.header(), Comparison.of(runs.answers())));
    Optional<Executor> executor = Executor.of(variables);
    if (executor.isPresent()) {
      JSON.writeValue(folder.resolve("executor.json").toFile(), executor.get());
    }
  }
}

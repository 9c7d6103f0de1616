package org.malassay.reports.allure;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.qameta.allure.FileSystemResultsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.writing.Results;
import org.malassay.run.RunDirectory;

/**
 * {@code allure-results/}: one result a sample and environment, with its evidence attached. {@code
 * mvn allure:report} makes HTML of it.
 */
public final class AllureReport implements Report {
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
  public Path write(Runs runs, Options options) throws IOException {
    RunDirectory run = runs.run();
    Path folder = run.path().resolve("allure-results");
    WholeFolder.write(folder, fresh -> fill(fresh, run));
    return folder;
  }

  private void fill(Path folder, RunDirectory run) throws IOException {
    FileSystemResultsWriter writer = new FileSystemResultsWriter(folder);
    Results.forEach(
        run,
        result ->
            writer.write(
                AllureResult.of(result)
                    .setAttachments(Attachments.of(run, result).writeTo(writer))));
    JSON.writeValue(folder.resolve("categories.json").toFile(), Category.ALL);
    Files.writeString(
        folder.resolve("environment.properties"), EnvironmentProperties.of(run.header()));
    Optional<Executor> executor = Executor.of(variables);
    if (executor.isPresent()) {
      JSON.writeValue(folder.resolve("executor.json").toFile(), executor.get());
    }
  }
}

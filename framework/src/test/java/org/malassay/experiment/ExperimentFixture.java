package org.malassay.experiment;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.malassay.report.Report;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

/** An experiment on scripts in an environment without guests, run by JUnit as a user would. */
abstract class ExperimentFixture {
  private static Experiment underTest;

  @TempDir Path folder;
  Path corpus;
  final FakeEnvironment fake = new FakeEnvironment("fake", Map.of("image", "sha256:1"));
  final ByteArrayOutputStream console = new ByteArrayOutputStream();

  /** What a user writes; run by JUnit as a user would. */
  static class Study {
    @TestFactory
    Stream<DynamicNode> samples() {
      return underTest.tests();
    }
  }

  @BeforeEach
  void makeCorpus() throws IOException {
    corpus = Files.createDirectories(folder.resolve("corpus"));
    sample("a-exits", "exit 0");
    sample("b-fails", "exit 3");
    sample("c-crashes", "signal 11");
    sample("d-runs", "runs");
  }

  void sample(String name, String behavior) throws IOException {
    Files.writeString(corpus.resolve(name), "#!/bin/sh\n" + behavior + "\n");
  }

  Experiment experiment() {
    return Experiment.on(corpus)
        .in("fake")
        .option(RunOptions.OUT, folder.resolve("runs").toString());
  }

  Events run(UnaryOperator<Experiment> settings) {
    return run(settings, List.of());
  }

  Events run(UnaryOperator<Experiment> settings, List<Report> reports) {
    return execute(settings.apply(experiment()).with(List.of(fake), reports));
  }

  Events execute(Experiment experiment) {
    return execute(experiment, selectClass(Study.class));
  }

  Events execute(Experiment experiment, DiscoverySelector selected) {
    underTest = experiment.printingTo(new PrintStream(console, true, StandardCharsets.UTF_8));
    return EngineTestKit.engine("junit-jupiter").selectors(selected).execute().allEvents();
  }

  static Map<String, String> failures(Events events) {
    Map<String, String> failures = new TreeMap<>();
    events.finished().stream()
        .forEach(
            event -> {
              TestExecutionResult result = event.getRequiredPayload(TestExecutionResult.class);
              result
                  .getThrowable()
                  .ifPresent(
                      e ->
                          failures.put(event.getTestDescriptor().getDisplayName(), e.getMessage()));
            });
    return failures;
  }

  String console() {
    return console.toString(StandardCharsets.UTF_8);
  }

  static String onlyFailure(Events events) {
    return failures(events).values().stream().reduce((a, b) -> a + "\n" + b).orElse("none");
  }

  RunDirectory latest() throws IOException {
    return RunDirectory.open(folder.resolve("runs/latest"));
  }

  List<Result> results() throws IOException {
    List<Result> results = new ArrayList<>();
    latest().forEachResult(results::add);
    return results;
  }

  Path zip(String behavior) throws IOException {
    Path zip = folder.resolve("corpus.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("zipped"));
      out.write(("#!/bin/sh\n" + behavior + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return zip;
  }
}

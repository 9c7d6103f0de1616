package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The experiment that the README shows is the one that is compiled here, and it works. */
@Tag("guest")
class ReadmeIT {
  private static final Path ROOT = Path.of(System.getProperty("malassay.root"));

  @TempDir Path folder;

  @AfterEach
  void forgetOptions() {
    List.of("samples", "out").forEach(System::clearProperty);
  }

  @Test
  void theReadmeShowsTheExperimentThatIsRunHere() throws IOException {
    Matcher code =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("README.md")));
    assertThat(code.find()).isTrue();
    assertThat(
            Files.readString(
                ROOT.resolve(
                    "experiments/src/test/java/org/malassay/experiments/FirmwareExperiment.java")))
        .endsWith(code.group(1));
  }

  @Test
  void itPassesWhatDoesNotRunAndFailsWhatDoes() throws IOException {
    Path samples = Files.createDirectory(folder.resolve("samples"));
    Files.writeString(samples.resolve("fails"), "#!/bin/sh\nexit 1");
    Files.writeString(samples.resolve("runs"), "#!/bin/sh\nexit 0");
    System.setProperty("samples", samples.toString());
    System.setProperty("out", folder.resolve("runs").toString());
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(FirmwareExperiment.class))
                .build(),
            listener);
    TestExecutionSummary summary = listener.getSummary();
    assertThat(summary.getFailures())
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.getException())
                    .hasMessage(
                        "expected runs in container to be NOT_EXECUTABLE, but it is EXECUTABLE"));
    assertThat(summary.getTestsSucceededCount()).as("one sample, and the reports").isEqualTo(2);
  }
}

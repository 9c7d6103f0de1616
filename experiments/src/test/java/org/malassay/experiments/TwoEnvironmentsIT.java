package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.run.Result;

/** One run in two environments. */
@Tag("guest")
class TwoEnvironmentsIT {
  @Test
  void eachSampleHasARowForEachEnvironmentInOneTable(@TempDir Path folder) throws Exception {
    Path runs = Files.createDirectories(folder.resolve("runs"));
    Path samples = Files.createDirectories(folder.resolve("samples"));
    for (String sample : List.of("exits-0", "segfault", "aarch64-static")) {
      Files.copy(HarmlessSamples.build().folder().resolve(sample), samples.resolve(sample));
    }
    try (MainJob job =
        MainJob.start(runs, Map.of(), "-Denv=container,raspbian", "-Dsamples=" + samples)) {
      assertThat(job.await()).as(job.console()).isZero();

      assertThat(MainJob.results(runs))
          .extracting(Result::environment, Result::sampleName, r -> r.verdict().outcome().name())
          .contains(
              tuple("container", "exits-0", "EXECUTABLE"),
              tuple("raspbian", "exits-0", "EXECUTABLE"),
              tuple("container", "segfault", "NOT_EXECUTABLE"),
              tuple("raspbian", "segfault", "NOT_EXECUTABLE"),
              // the Pi's kernel is one for 64 bits
              tuple("raspbian", "aarch64-static", "EXECUTABLE"))
          .hasSize(6);
      assertThat(Files.readAllLines(runs.resolve("latest/results.csv"))).hasSize(7);
    }
  }
}

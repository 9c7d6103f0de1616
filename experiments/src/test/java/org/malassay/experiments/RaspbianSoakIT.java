package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.malassay.experiments.benchmark.Soak;

/** Samples in a row leave nothing behind; 300 of them: {@code mvn test -Dbenchmark=soak}. */
@Tag("guest")
class RaspbianSoakIT {
  private static final int SAMPLES = 20;

  /** Of Java's own, which come and go. */
  private static final int THREADS = 4;

  private static final int DESCRIPTORS = 2;

  @Test
  void neitherProcessesNorDescriptorsNorThreadsNorFilesAreLost() throws Exception {
    Soak.Outcome outcome = new Soak("raspbian", SAMPLES).measure();

    assertThat(outcome.endings()).isEqualTo(Map.of("Exited[status=0]", SAMPLES));
    assertThat(outcome.after().processes()).isEqualTo(outcome.before().processes());
    assertThat(outcome.after().temporary()).isEqualTo(outcome.before().temporary());
    assertThat(outcome.after().descriptors())
        .isLessThanOrEqualTo(outcome.before().descriptors() + DESCRIPTORS);
    assertThat(outcome.after().threads()).isLessThanOrEqualTo(outcome.before().threads() + THREADS);
  }
}

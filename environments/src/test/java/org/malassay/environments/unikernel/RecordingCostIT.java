package org.malassay.environments.unikernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.tracing.Recorder;
import org.malassay.options.Options;
import org.malassay.sample.Sample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the recording costs a program that does nothing but make system calls. */
@Tag("guest")
class RecordingCostIT {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingCostIT.class);
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 256 << 20, 128, 1, 64 << 20);
  private static final int ROUNDS = 5;

  /** Of the best of several rounds each, in turns: others may take the host meanwhile. */
  private static final int MOST_TIMES = 3;

  @Test
  void aProgramOfTenThousandCallsIsNotMuchSlower(@TempDir Path folder) throws Exception {
    Sample calls =
        new ArmPrograms(folder)
            .program(
                "calls",
                """
                struct timespec from, to;
                clock_gettime(CLOCK_MONOTONIC, &from);
                for (int i = 0; i < 10000; i++) unlink("/tmp/absent");
                clock_gettime(CLOCK_MONOTONIC, &to);
                printf("%ld\n", (to.tv_sec - from.tv_sec) * 1000000L
                                   + (to.tv_nsec - from.tv_nsec) / 1000);
                """);
    List<Long> without = new ArrayList<>();
    List<Long> with = new ArrayList<>();
    try (Environment plain = open(Set.of());
        Environment recorded = open(Recorder.FACETS)) {
      for (int i = 0; i < ROUNDS; i++) {
        without.add(micros(plain, calls));
        with.add(micros(recorded, calls));
      }
    }
    LOG.info("10,000 calls in us: {}; recorded: {}", without, with);
    assertThat(Collections.min(with)).isLessThan(MOST_TIMES * Collections.min(without));
  }

  private static Environment open(Set<Facet> recorded) throws Exception {
    return new UnikernelProvider().open(new Opening(Options.of(Map.of()), LIMITS, "it", recorded));
  }

  private static long micros(Environment environment, Sample sample) throws Exception {
    try (Guest guest = environment.start()) {
      guest.put(sample);
      return Long.parseLong(guest.run(Order.of(), EventSink.NONE).stdout().text().strip());
    }
  }
}

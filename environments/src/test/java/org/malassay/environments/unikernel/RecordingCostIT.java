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
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.SystemCall;
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
  private static final int CALLS = 10_000;

  /**
   * Of the best of several rounds each, in turns: 2.7 on a busy host with two processors, of which
   * this side's Java takes one while it reads.
   */
  private static final int MOST_TIMES = 5;

  @Test
  void aProgramOfTenThousandCallsIsNotMuchSlower(@TempDir Path folder) throws Exception {
    Sample calls =
        new ArmPrograms(folder)
            .program(
                "calls",
                """
                struct timespec from, to;
                clock_gettime(CLOCK_MONOTONIC, &from);
                for (int i = 0; i < %d; i++) unlink("/tmp/absent");
                clock_gettime(CLOCK_MONOTONIC, &to);
                printf("%%ld\\n", (to.tv_sec - from.tv_sec) * 1000000L
                                   + (to.tv_nsec - from.tv_nsec) / 1000);
                """
                    .formatted(CALLS));
    List<Long> without = new ArrayList<>();
    List<Long> with = new ArrayList<>();
    try (Environment plain = open(Set.of());
        Environment recorded = open(Recorder.FACETS)) {
      for (int i = 0; i < ROUNDS; i++) {
        without.add(micros(plain, calls));
        with.add(micros(recorded, calls));
      }
    }
    LOG.info("{} calls in us: {}; recorded: {}", CALLS, without, with);
    assertThat(Collections.min(with)).isLessThan(MOST_TIMES * Collections.min(without));
  }

  private static Environment open(Set<Facet> recorded) throws Exception {
    return new UnikernelProvider().open(new Opening(Options.of(Map.of()), LIMITS, "it", recorded));
  }

  /** Says how long its calls took; each of them is told, or none is. */
  private static long micros(Environment environment, Sample sample) throws Exception {
    List<Event> seen = Collections.synchronizedList(new ArrayList<>());
    try (Guest guest = environment.start()) {
      guest.put(sample);
      String said = guest.run(Order.of(), seen::add).stdout().text();
      int told = environment.observes().containsKey(Facet.CALLS) ? CALLS : 0;
      assertThat(seen)
          .filteredOn(event -> event instanceof SystemCall call && call.name().equals("unlink"))
          .hasSize(told);
      return Long.parseLong(said.strip());
    }
  }
}

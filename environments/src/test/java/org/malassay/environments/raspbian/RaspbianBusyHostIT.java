package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Order;

/** A host that has so much else to do that a guest gets a fraction of its processor. */
class RaspbianBusyHostIT extends RaspbianHarness {
  private static final int BUSY_A_PROCESSOR = 6;

  /** What the program is to take of a processor that is its own: less than the limit by far. */
  private static final Duration OWN = Duration.ofMillis(1500);

  private static final long TURNS = 60_000_000;

  private static String computes(long turns) {
    return "for (volatile unsigned long long i = 0; i < %dull; i++) {} return 7;".formatted(turns);
  }

  /** As many turns as this host's processor takes its time for: waiting for it is not counted. */
  private long turns() throws Exception {
    try (Guest guest = environment().start()) {
      guest.put(arm().program("computes", computes(TURNS)));
      long before = processorMillis(guest);
      guest.run(Order.of(), EventSink.NONE);
      return TURNS * OWN.toMillis() / (processorMillis(guest) - before);
    }
  }

  private static long processorMillis(Guest guest) throws Exception {
    return guest.used().orElseThrow().cpu().toMillis();
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(4);
  }

  /** Runs a program while the host is busy with processes of this test. */
  private Execution onBusyHost(String body, Path evidence) throws Exception {
    List<Process> busy = new ArrayList<>();
    try (Guest guest = environment().start()) {
      guest.put(arm().program("computes", body));
      for (int i = 0; i < BUSY_A_PROCESSOR * Runtime.getRuntime().availableProcessors(); i++) {
        // In sessions of their own: Linux shares its time among sessions first (sched(7),
        // autogroup).
        busy.add(new ProcessBuilder("setsid", "sh", "-c", "while :; do :; done").start());
      }
      Execution execution = guest.run(Order.of(), EventSink.NONE);
      guest.collect(new Evidence(evidence));
      return execution;
    } finally {
      busy.forEach(Process::destroyForcibly);
    }
  }

  @Test
  void aSampleThatWouldEndInTimeOnAHostOfItsOwnGetsTheTimeThatItWasHeldBack(@TempDir Path evidence)
      throws Exception {
    Execution execution = onBusyHost(computes(turns()), evidence);

    assertThat(execution.duration()).as("it was held back").isGreaterThan(time());
    assertThat(execution.ending()).isEqualTo(new Ending.Exited(7));
    assertThat(Files.readString(evidence.resolve("host.txt")))
        .containsPattern("waited for a processor of the host, .*: [1-9]\\d{3,} ms");
  }

  @Test
  void aSampleThatComputesForEverIsStoppedAllTheSame(@TempDir Path evidence) throws Exception {
    Execution execution = onBusyHost("for (;;) {}", evidence);

    assertThat(execution.ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(execution.duration()).isGreaterThan(time());
  }
}

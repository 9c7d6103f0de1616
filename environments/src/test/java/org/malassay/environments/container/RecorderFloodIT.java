package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.contract.ToldEvents;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/** A flood of system calls, and what it takes from the guest beside it. */
@Tag("guest")
@Tag("slow") // five million calls
@Timeout(600)
class RecorderFloodIT {
  private static final ContainerRun RUN = new ContainerRun();
  private static final Limits LIMITS =
      new Limits(Duration.ofMinutes(2), 1 << 20, 256 << 20, 128, 1, 64 << 20);
  private static final int FLOOD = 5_000_000;
  private static final int CALLS = 10_000;
  private static final int TURNS = 3;

  private record Told(Execution execution, List<Event> events) implements ToldEvents {
    FacetState calls() {
      return execution.recording().of(Facet.CALLS);
    }

    /** What the program measured of itself. */
    long microseconds() {
      return Long.parseLong(execution.stdout().text().strip());
    }
  }

  private static Told run(Environment environment, Sample sample) throws Exception {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    try (Guest guest = environment.start()) {
      guest.put(sample);
      Execution execution = guest.run(Order.of(), events::add);
      assertThat(execution.ending()).isEqualTo(new Ending.Exited(0));
      return new Told(execution, List.copyOf(events));
    }
  }

  private static CompletableFuture<Told> beside(Environment environment, Sample sample) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return run(environment, sample);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** The least of some turns, each whole, while the other one runs. */
  private static long measured(
      Environment environment, Sample measures, CompletableFuture<Told> other) throws Exception {
    long least = Long.MAX_VALUE;
    for (int turn = 0; turn < TURNS; turn++) {
      Told told = run(environment, measures);
      assertThat(told.calls()).isEqualTo(FacetState.OBSERVED);
      assertThat(told.calls("unlink")).hasSize(CALLS);
      least = Math.min(least, told.microseconds());
    }
    assertThat(other).as("it still ran").isNotDone();
    return least;
  }

  @Test
  void aFloodOfFiveMillionCallsIsCountedAndTakesNeitherEventsNorTimeOfAnother(@TempDir Path folder)
      throws Exception {
    ArmPrograms arm = new ArmPrograms(folder);
    Sample flood =
        arm.program(
            "floods", "for (int i = 0; i < %d; i++) unlink(\"/tmp/absent\");".formatted(FLOOD));
    Sample computes =
        arm.program("computes", "for (volatile unsigned i = 0; i < 3000000000u; i++);");
    Sample measures =
        arm.program(
            "measures",
            """
            struct timespec from, to;
            clock_gettime(CLOCK_MONOTONIC, &from);
            for (int i = 0; i < %d; i++) unlink("/tmp/absent");
            clock_gettime(CLOCK_MONOTONIC, &to);
            printf("%%ld\\n", (to.tv_sec - from.tv_sec) * 1000000L + (to.tv_nsec - from.tv_nsec) / 1000);
            """
                .formatted(CALLS));
    try (Environment environment =
        new ContainerProvider()
            .open(
                new Opening(
                    Options.of(Map.of("internet", "none")),
                    LIMITS,
                    RUN.id(),
                    EnumSet.of(Facet.CALLS, Facet.PROCESSES)))) {
      CompletableFuture<Told> busy = beside(environment, computes);
      long besideOne = measured(environment, measures, busy);
      busy.join();
      CompletableFuture<Told> flooding = beside(environment, flood);
      long besideFlood = measured(environment, measures, flooding);
      Told flooded = flooding.join();

      assertThat(flooded.counted("unlink")).isEqualTo(FLOOD);
      assertThat(flooded.calls().kind()).isEqualTo(FacetState.Kind.CUT);
      assertThat(flooded.calls().lost() + flooded.calls("unlink").size()).isEqualTo(FLOOD);
      System.out.printf(
          "%d calls took %d us beside a guest that computes, %d us beside the flood, of which %d were"
              + " told in %d ms%n",
          CALLS,
          besideOne,
          besideFlood,
          flooded.calls("unlink").size(),
          flooded.execution().duration().toMillis());
      assertThat(besideFlood).isLessThan(2 * besideOne);
    } finally {
      RUN.assertNothingIsLeft();
    }
  }
}

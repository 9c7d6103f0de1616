package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.malassay.behavior.Facet;
import org.malassay.environment.Ending;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.tracing.Recorder;
import org.malassay.sample.Sample;

/**
 * System calls with arguments that are wrong in every way: what is wrong ends at most the sample.
 * Nothing of it overwrites memory by itself, so a kernel that dies of it is at fault.
 */
class NastyCallsIT extends UnikernelHarness {
  /** What the program exits with when all its calls came back. */
  private static final Ending THROUGH = new Ending.Exited(42);

  private Sample program;

  @Override
  KernelProvider provider() {
    return new UnikernelProvider();
  }

  /** So that what is read of arguments to be told is read of wrong ones, too. */
  @Override
  Set<Facet> recorded() {
    return Recorder.FACETS;
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(15);
  }

  @BeforeAll
  void compile() throws Exception {
    try (var source = getClass().getResourceAsStream("/unikernel/nasty-calls.c")) {
      program = arm().source("nasty-calls", new String(source.readAllBytes(), UTF_8));
    }
  }

  @Test
  void everyCallThatReturnsRefusesThemAndTheProgramComesThrough() throws Exception {
    List<Ending> endings = new ArrayList<>();
    for (int seed = 1; seed <= 4; seed++) {
      endings.add(endOf(Integer.toString(seed)));
    }
    assertThat(endings).contains(THROUGH);
  }

  @TestFactory
  Stream<DynamicTest> callsThatMayEndASampleEndNothingElse() {
    return IntStream.rangeClosed(1, 12)
        .mapToObj(Integer::toString)
        .map(seed -> dynamicTest("seed " + seed, () -> endOf(seed, "ending")));
  }

  /** How the program ended: in one of the ways that a sample ends, and the guest lives on. */
  private Ending endOf(String... arguments) throws Exception {
    Assay assay = assay(program, arguments);
    assertThat(assay.evidence().resolve("console.log")).content().doesNotContain("panic:");
    assertThat(assay.execution().ending())
        .isInstanceOfAny(Ending.Exited.class, Ending.Signaled.class, Ending.Stopped.class);
    assertThat(assay.after().available()).as("%s", assay.after()).isTrue();
    assertThat(assay.after().bodySha256()).isEqualTo(assay.before().bodySha256());
    return assay.execution().ending();
  }
}

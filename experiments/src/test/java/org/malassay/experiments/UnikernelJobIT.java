package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.RefusedCall;
import org.malassay.run.Result;

/** The main job on the harmless samples, in the unikernels. */
@Tag("guest")
class UnikernelJobIT {
  @Test
  void everyHarmlessSampleGetsTheVerdictExpectedOfIt(@TempDir Path folder) throws Exception {
    List<Result> results = MainJob.resultsAsExpected(folder, "unikernel,unikernel-sealed");

    assertThat(results).hasSize(2 * SampleSources.recipes().size());
    assertWhatABotWasRefused(results);
    assertHarmIsSeenFromOutside(results);
  }

  /** What defines the system calls; its kernel takes minutes to build. */
  @Test
  @Tag("slow")
  void everyHarmlessSampleGetsTheVerdictExpectedOfItInLinux(@TempDir Path folder) throws Exception {
    List<Result> results = MainJob.resultsAsExpected(folder, "unikernel-linux");

    assertThat(results).hasSize(SampleSources.recipes().size());
    assertThat(of(results, "unikernel-linux", "overwrites-page-in-memory").service())
        .hasValueSatisfying(service -> assertThat(service.pageIntact()).contains(true));
  }

  private static void assertWhatABotWasRefused(List<Result> results) {
    assertThat(results)
        .flatExtracting(Result::refusedCalls)
        .extracting(RefusedCall::name)
        .as("processes, which no unikernel has, and System V's shared memory, which Nanos has not")
        .isSubsetOf("clone", "fork", "vfork", "execve", "shmget");
    assertThat(of(results, "exits-0").refusedCalls()).isEmpty();
    assertThat(of(results, "talks-then-forks").refusedCalls())
        .as("goes on as if it were the child, and asks again")
        .containsExactly(new RefusedCall("clone", "ENOSYS", 2));
    assertThat(of(results, "talks-then-forks-or-leaves").refusedCalls())
        .as("takes the error for a child, and leaves")
        .containsExactly(new RefusedCall("clone", "ENOSYS", 1));
  }

  private static void assertHarmIsSeenFromOutside(List<Result> results) {
    assertThat(of(results, "exits-0").service().orElseThrow().pageIntact())
        .isEqualTo(Optional.of(true));
    assertThat(of(results, "overwrites-page-in-memory").service().orElseThrow().pageIntact())
        .isEqualTo(Optional.of(false));
  }

  private static Result of(List<Result> results, String sample) {
    return of(results, "unikernel", sample);
  }

  private static Result of(List<Result> results, String environment, String sample) {
    return results.stream()
        .filter(r -> r.environment().equals(environment))
        .filter(r -> Objects.equals(r.sampleName(), sample))
        .findFirst()
        .orElseThrow();
  }
}

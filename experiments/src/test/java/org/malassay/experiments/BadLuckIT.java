package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/** What becomes of a run that is killed, whose engine goes away, or whose disk is full. */
@Tag("guest")
class BadLuckIT {
  private static final int SAMPLES = 12;

  @TempDir Path folder;
  private Path runs;
  private Path samples;
  private boolean mounted;

  @BeforeEach
  void makeSamples() throws IOException {
    runs = Files.createDirectories(folder.resolve("runs"));
    samples = Files.createDirectories(folder.resolve("samples"));
    for (int i = 0; i < SAMPLES; i++) {
      Files.writeString(samples.resolve("sample-%02d".formatted(i)), "#!/bin/sh\nexit 0 # " + i);
    }
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      asRoot("umount", runs.toString());
    }
  }

  private MainJob start(Map<String, String> environment, String... options) throws IOException {
    String[] all = new String[options.length + 2];
    all[0] = "-Dsamples=" + samples;
    all[1] = "-Dguests=1";
    System.arraycopy(options, 0, all, 2, options.length);
    return MainJob.start(runs, environment, all);
  }

  @Test
  void aKilledRunIsContinuedAndLeavesNothingBehind() throws Exception {
    String killed;
    try (MainJob job = start(Map.of())) {
      job.awaitResults(runs, 3);
      job.kill();
      killed = MainJob.id(runs);
    }
    List<Result> before = MainJob.results(runs);
    assertThat(before).hasSizeBetween(3, SAMPLES - 1);

    try (MainJob job = start(Map.of(), "-Dresume")) {
      assertThat(job.await()).as(job.console()).isZero();
      assertThat(MainJob.id(runs)).isEqualTo(killed);
      assertThat(MainJob.results(runs))
          .hasSize(SAMPLES)
          .containsAll(before)
          .extracting(Result::sample)
          .doesNotHaveDuplicates();
      assertThat(Files.readAllLines(runs.resolve("latest/results.csv"))).hasSize(SAMPLES + 1);
    }
    assertThat(Containers.ofRun(killed)).isEmpty();
  }

  @Test
  void whenTheEngineGoesAwayTheRestIsInconclusiveAndWhatIsFinishedIsKept() throws Exception {
    try (SocketRelay engine = SocketRelay.to(Path.of("/var/run/docker.sock"));
        MainJob job = start(Map.of("DOCKER_HOST", "tcp://127.0.0.1:" + engine.port()))) {
      job.awaitResults(runs, 3);
      engine.cut();
      assertThat(job.await()).isEqualTo(1);
      List<Result> results = MainJob.results(runs);
      assertThat(results).hasSize(SAMPLES);
      assertThat(results)
          .filteredOn(result -> result.verdict().outcome() == Outcome.EXECUTABLE)
          .hasSizeBetween(3, SAMPLES - 1);
      assertThat(results)
          .filteredOn(result -> result.verdict().outcome() != Outcome.EXECUTABLE)
          .allSatisfy(
              result -> {
                assertThat(result.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
                Cause cause = result.verdict().cause().orElseThrow();
                assertThat(cause.type()).isEqualTo(Cause.Type.GUEST_FAILED);
                assertThat(cause.detail()).contains("Docker engine");
                assertThat(result.threatScore()).isEmpty();
                assertThat(runs.resolve("latest").resolve(result.evidence()).resolve("failure.txt"))
                    .content()
                    .contains("GuestException", "\tat org.malassay.environments.container.Engine");
              });
      assertThat(Files.readAllLines(runs.resolve("latest/results.csv"))).hasSize(SAMPLES + 1);
    }
  }

  @Test
  void aFullDiskIsSaidToBeAndTheJournalStaysReadable() throws Exception {
    asRoot("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", runs.toString());
    mounted = true;
    Path filler = runs.resolve("filler");
    try (MainJob job = start(Map.of())) {
      job.awaitResults(runs, 2);
      fill(filler);
      assertThat(job.await()).isEqualTo(1);
      assertThat(job.console())
          .contains("No space left on device", "journal.jsonl cannot be written");
    }
    assertThat(MainJob.results(runs))
        .isNotEmpty()
        .allMatch(r -> r.verdict().outcome() == Outcome.EXECUTABLE);
  }

  /** Takes what is left of the disk. */
  private static void fill(Path file) throws IOException {
    byte[] page = new byte[4096];
    try (var out = Files.newOutputStream(file)) {
      while (true) {
        out.write(page);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** As setup.sh does: root itself, or by sudo. */
  private static void asRoot(String... words) throws Exception {
    String[] command = words;
    if (!Command.of("id", "-u").run().output().strip().equals("0")) {
      command = new String[words.length + 2];
      command[0] = "sudo";
      command[1] = "-n";
      System.arraycopy(words, 0, command, 2, words.length);
    }
    Command.Outcome outcome = Command.of(command).run();
    assertThat(outcome.status()).as(outcome.output()).isZero();
  }
}

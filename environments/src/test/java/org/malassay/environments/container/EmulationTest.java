package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts;
import org.malassay.environment.Ending.Signaled;
import org.malassay.environment.Execution;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.environment.Output;
import org.malassay.sample.Corpus;
import org.malassay.sample.FileFacts;
import org.malassay.sample.Sample;
import org.malassay.sample.Unpacking;

class EmulationTest {

  /** A script's interpreter is emulated, too. */
  @Test
  void theLastWordsOfTheEmulatorAreNotedWhateverTheSample(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("script"), "#!/bin/sh\n");
    Sample script = Corpus.of(List.of(folder), Unpacking.into(folder)).samples().get(0);
    Emulation emulation =
        new Emulation(new Limits(Duration.ofSeconds(1), 1, 1, 1, 1, 1), nobodyAsks());

    Execution execution = emulation.run(script, Order.of(), order -> aborted());

    assertThat(execution.ending()).isEqualTo(new Signaled(6));
    assertThat(execution.notes())
        .containsExactly(
            "aborted in the words of an emulator that gives up: the emulator did, or the sample");
  }

  /** What differs on an ARM kernel with another memory is told by it. */
  @Test
  void whatIsDecidedByTheHeadersIsNotedToBe() throws Exception {
    Sample large =
        new Sample(
            "large",
            Path.of("large"),
            "",
            "",
            1,
            FileFacts.elf(
                QemuUserTest.elf(
                    Architecture.ARM, Optional.empty(), ElfFacts.Loading.LOADED, false, 2)));
    Emulation emulation =
        new Emulation(new Limits(Duration.ofSeconds(1), 1, 1, 1, 1, 1), nobodyAsks());

    Execution execution = emulation.run(large, Order.of(), order -> aborted());

    assertThat(execution.ending()).isEqualTo(new Signaled(11));
    assertThat(execution.notes())
        .containsExactly(
            "not run by qemu-user: its headers tell how Linux ends it, with the memory of -Dmemory");
  }

  private static Witness nobodyAsks() {
    return new Witness(
        () -> {
          throw new AssertionError();
        },
        () -> new byte[0]);
  }

  private static Execution aborted() {
    byte[] words = "qemu: unhandled CPU exception 0x8 - aborting\n".getBytes(UTF_8);
    return new Execution(
        new Signaled(6),
        Instant.EPOCH,
        Duration.ofMillis(5),
        Optional.empty(),
        Output.NONE,
        new Output(words, words.length),
        false,
        0);
  }
}

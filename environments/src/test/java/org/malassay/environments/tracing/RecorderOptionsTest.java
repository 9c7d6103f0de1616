package org.malassay.environments.tracing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.environments.tracing.RecorderOptions.Kind;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

class RecorderOptionsTest {
  @ParameterizedTest
  @CsvSource({"strace, PTRACE_TRACEME", "perf, not one of"})
  void aRecorderThatThereIsNotIsRefusedWithThoseThatThereAre(String word, String why) {
    assertThatThrownBy(() -> Options.of(Map.of("recorder", word)).find(RecorderOptions.RECORDER))
        .isInstanceOf(OptionException.class)
        .hasMessageContainingAll("-Drecorder=" + word, why, "ebpf", "qemu-strace");
  }

  @Test
  void oneThatAnEnvironmentLacksIsRefusedWithWhatMendsIt() {
    Options log = Options.of(Map.of("recorder", "qemu-strace"));

    assertThatThrownBy(
            () -> RecorderOptions.require(log, "raspbian", List.of(Kind.EBPF), "records by eBPF"))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "-Drecorder=qemu-strace: raspbian has no such recorder: it records by eBPF; leave the"
                + " option out, or run -Denv=container");
    assertThatCode(
            () ->
                RecorderOptions.require(
                    Options.of(Map.of("recorder", "ebpf")), "raspbian", List.of(Kind.EBPF), ""))
        .doesNotThrowAnyException();
    assertThatCode(() -> RecorderOptions.require(Options.of(Map.of()), "unikernel", List.of(), ""))
        .doesNotThrowAnyException();
  }
}

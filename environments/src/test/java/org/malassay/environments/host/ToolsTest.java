package org.malassay.environments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ToolsTest {
  @TempDir Path folder;

  private void run(Duration timeout, String script, List<String> lines) throws IOException {
    Tools.run(List.of("sh", "-c", script), folder, timeout, lines::add);
  }

  @Test
  void bothOutputsAreHandedOverLineByLine() throws IOException {
    List<String> lines = new ArrayList<>();
    run(Duration.ofSeconds(10), "echo one; echo two >&2", lines);
    assertThat(lines).containsExactly("one", "two");
  }

  @Test
  void aFailureTellsTheStatusAndWhatWasSaidLast() {
    assertThatThrownBy(
            () -> run(Duration.ofSeconds(10), "echo the reason; exit 3", new ArrayList<>()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sh failed with status 3")
        .hasMessageContaining("the reason");
  }

  @Test
  void aScriptThatGaveUpIsQuotedAsItIs() {
    assertThatThrownBy(
            () -> run(Duration.ofSeconds(10), "echo the reason >&2; exit 2", new ArrayList<>()))
        .isInstanceOf(GaveUpException.class)
        .hasMessage("the reason");
  }

  @Test
  @Timeout(20)
  void whatTakesTooLongIsEndedWithItsChildren() {
    assertThatThrownBy(() -> run(Duration.ofSeconds(1), "sleep 60 & sleep 61", new ArrayList<>()))
        .hasMessageContaining("took longer");
  }

  @Test
  @Timeout(20)
  void aSlowHostIsGivenMoreTimeAndWhatStillTakesTooLongTellsTheRemedy() throws IOException {
    List<String> command = List.of("sh", "-c", "sleep 1.5");
    Tools.run(command, folder, new Timeouts(8), Duration.ofSeconds(1), line -> {});
    assertThatThrownBy(
            () -> Tools.run(command, folder, new Timeouts(1), Duration.ofSeconds(1), line -> {}))
        .hasMessageMatching("sh took longer than .*; .* give more than -Dtimeouts.factor=1");
  }

  @Test
  void aCompilerForAnotherArchitectureIsACrossCompiler() {
    assertThat(Tools.compilerPackageFor("riscv64")).isEqualTo("gcc-riscv64-linux-gnu");
    assertThat(Tools.compilerFor("no-such-machine")).isEmpty();
    assertThat(Tools.find("no-such-program", "sh")).contains("sh");
  }
}

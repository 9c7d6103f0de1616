package org.malassay.environments.unikernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.malassay.environments.host.Tools;

/** The folder of the library OS, as its readers see it. */
class UnikernelSourcesTest {
  private static final int COLUMNS = 100; // as .editorconfig has it

  @Test
  void theTableOfSystemCallsIsThatOfTheKernel() throws IOException {
    List<String> made = new ArrayList<>();
    Tools.run(
        List.of("sh", "syscall-table.sh"), Kernels.SOURCES, Duration.ofSeconds(30), made::add);
    assertThat(Files.readAllLines(Kernels.SOURCES.resolve("SYSCALLS.md"))).isEqualTo(made);
  }

  @Test
  void noLineOfTheKernelIsWiderThanAScreen() throws IOException {
    try (Stream<Path> files = Files.list(Kernels.SOURCES)) {
      assertThat(files.filter(file -> file.toString().matches(".*\\.[chS]")))
          .hasSizeGreaterThan(50)
          .allSatisfy(
              file ->
                  assertThat(Files.readAllLines(file))
                      .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS)));
    }
  }
}

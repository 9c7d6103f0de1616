package org.malassay.environments.unikernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.malassay.environments.host.Tools;

/**
 * Programs that print what their system calls returned, and files of what Linux lets them print.
 */
final class Checks {
  private static final Path FOLDER = Kernels.SOURCES.resolve("check");

  private Checks() {}

  /**
   * What came of one.
   *
   * @param asExpected that it printed in this kernel what the file says
   * @param lines the difference, if there is one
   */
  record Said(boolean asExpected, List<String> lines) {}

  /** One test a check: in this kernel it prints what its file says. */
  static Stream<DynamicTest> saySoIn(Path kernel, String... options) throws IOException {
    return names().map(name -> dynamicTest(name, () -> assertSaysSo(name, kernel, options)));
  }

  /** Runs one. */
  static Said run(String name, Path kernel, String... options) {
    List<String> command = new ArrayList<>(List.of("sh", FOLDER.resolve("run.sh").toString()));
    command.addAll(List.of(options));
    command.addAll(List.of(kernel.toString(), name));
    List<String> lines = new ArrayList<>();
    try {
      Tools.run(command, FOLDER, Duration.ofMinutes(5), lines::add);
      return new Said(true, lines);
    } catch (IOException e) {
      return new Said(false, lines);
    }
  }

  private static void assertSaysSo(String name, Path kernel, String... options) {
    Said said = run(name, kernel, options);
    assertThat(said.asExpected()).as(String.join("\n", said.lines())).isTrue();
    assertThat(said.lines()).last().asString().matches(name + ": the same [1-9]\\d+ lines");
  }

  private static Stream<String> names() throws IOException {
    TreeSet<String> names = new TreeSet<>(List.of("oabi-old"));
    try (Stream<Path> files = Files.list(FOLDER)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.matches("\\w+\\.[cS]"))
          .forEach(file -> names.add(file.substring(0, file.length() - 2)));
    }
    assertThat(names).contains("files", "oabi", "signals", "sockets");
    return names.stream();
  }
}

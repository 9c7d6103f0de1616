package org.malassay.unikernel;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.guest.Tools;

/**
 * What system calls say in the library OS is what they say in Linux, line by line. Linux's kernel
 * takes minutes to build: {@code -Dslow}.
 */
@Tag("guest")
@Tag("slow")
class CrossCheckIT {
  private static final Path CHECKS = Kernels.SOURCES.resolve("check");

  @TestFactory
  Stream<DynamicTest> systemCallsSayWhatTheySayInLinux() throws Exception {
    Path unikernel = Kernels.get(Kind.LOADER);
    Path linux = Kernels.get(Kind.LINUX);
    TreeSet<String> topics = new TreeSet<>();
    try (Stream<Path> files = Files.list(CHECKS)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\w+\\.[cS]"))
          .forEach(name -> topics.add(name.substring(0, name.length() - 2)));
    }
    assertThat(topics).contains("files", "oabi", "signals", "sockets");
    return topics.stream()
        .map(topic -> dynamicTest(topic, () -> assertSame(topic, unikernel, linux)));
  }

  /** Two kernels that differ are seen to: the sealed one loads nothing. */
  @Test
  void aDifferenceIsADiff(@TempDir Path folder) throws Exception {
    Said said = check("time", Kernels.get(Kind.SEALED), Kernels.get(Kind.LINUX), folder);
    assertThat(said.isSame()).isFalse();
    assertThat(said.lines()).contains("--- linux", "+++ unikernel").contains("+refused 0");
  }

  private static void assertSame(String topic, Path unikernel, Path linux) throws IOException {
    Said said = check(topic, unikernel, linux, CHECKS);
    assertThat(said.isSame()).as(String.join("\n", said.lines())).isTrue();
    assertThat(said.lines()).last().asString().matches(topic + ": the same [1-9]\\d+ lines");
  }

  private record Said(boolean isSame, List<String> lines) {}

  private static Said check(String topic, Path unikernel, Path linux, Path folder) {
    List<String> lines = new ArrayList<>();
    try {
      Tools.run(
          List.of(
              "sh",
              CHECKS.resolve("run.sh").toString(),
              unikernel.toString(),
              linux.toString(),
              topic),
          folder,
          Duration.ofMinutes(5),
          lines::add);
      return new Said(true, lines);
    } catch (IOException e) {
      return new Said(false, lines);
    }
  }
}

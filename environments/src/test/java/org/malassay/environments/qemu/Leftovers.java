package org.malassay.environments.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What machines of this process could leave behind. */
public final class Leftovers {
  private Leftovers() {}

  /** Fails when a machine of this process runs, or its network is there, or its folder is there. */
  public static void assertNone() throws IOException {
    assertThat(
            ProcessHandle.current()
                .descendants()
                .flatMap(process -> process.info().command().stream())
                .filter(command -> command.contains("qemu") || command.endsWith("/internet")))
        .isEmpty();
    String own = "malassay-qemu-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith(own));
    }
  }
}

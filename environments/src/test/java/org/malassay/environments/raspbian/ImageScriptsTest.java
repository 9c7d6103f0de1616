package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environments.host.Tools;

/** The scripts on a machine of stubs. */
class ImageScriptsTest {
  @TempDir Path machine;

  private void stub(String name, String script) throws IOException {
    Path file = Files.createDirectories(machine.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
  }

  @Test
  void whoeverIsNotRootAndHasNoUsersToGiveAwayIsToldWhatMendsIt() throws Exception {
    stub("id", "case $1 in -un) echo somebody ;; *) echo 1000 ;; esac");
    stub("mmdebstrap", "exit 25");
    for (String script : List.of("build-image.sh", "prepare-image.sh disk 0 0 2")) {
      assertThatThrownBy(
              () ->
                  Tools.run(
                      List.of(
                          "sh",
                          "-c",
                          "PATH='%s:'$PATH; export PATH; exec sh raspbian/%s '%s'"
                              .formatted(machine.resolve("bin"), script, machine)),
                      Path.of("").toAbsolutePath(),
                      Duration.ofSeconds(30),
                      line -> {}))
          .hasMessageContaining("here only root can make the image: somebody has no users")
          .hasMessageContaining("usermod --add-subuids 100000-165535");
    }
  }
}

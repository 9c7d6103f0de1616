package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environments.host.Recipe;
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
    Map<String, Recipe> scripts =
        Map.of(
            "build-image.sh",
            ImageStore.RECIPE,
            "prepare-image.sh disk 0 0 2",
            OriginalImage.RECIPE);
    for (Map.Entry<String, Recipe> script : scripts.entrySet()) {
      Path folder = Files.createTempDirectory(machine, "scripts");
      script.getValue().writeTo(folder);
      assertThatThrownBy(
              () ->
                  Tools.run(
                      List.of(
                          "sh",
                          "-c",
                          "PATH='%s:'$PATH; export PATH; exec sh %s '%s'"
                              .formatted(machine.resolve("bin"), script.getKey(), machine)),
                      folder,
                      Duration.ofSeconds(30),
                      line -> {}))
          .hasMessageContaining("here only root can make the image: somebody has no users")
          .hasMessageContaining("usermod --add-subuids 100000-165535");
    }
  }
}

package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestImagesTest {
  @Test
  void whatIsPackedIsEnoughToBuildTheImage(@TempDir Path folder) throws Exception {
    GuestImages.RECIPE.writeTo(folder);
    GuestImages.AGENT.writeTo(folder);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "build-image.sh",
            "nginx.conf",
            "index.html",
            "debian.sh",
            "agent.c",
            "commands.c",
            "count.c",
            "file.c",
            "probe.c",
            "sample.c",
            "service.c",
            "spawn.c",
            "tell.c",
            "agent.h",
            "parts.h",
            "frames.h",
            "disk.c",
            "disk.h",
            "log.c",
            "log.h");
    assertThat(folder.resolve("build-image.sh")).content().contains("mmdebstrap");
  }
}

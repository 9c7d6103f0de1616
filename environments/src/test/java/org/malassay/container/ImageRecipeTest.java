package org.malassay.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageRecipeTest {
  @Test
  void whatIsPackedIsEnoughToBuildTheImage(@TempDir Path folder) throws Exception {
    ImageBuilder.RECIPE.writeTo(folder);
    ImageBuilder.AGENT.writeTo(folder);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "build-image.sh",
            "nginx.conf",
            "index.html",
            "debian.sh",
            "agent.c",
            "disk.c",
            "disk.h");
    assertThat(folder.resolve("build-image.sh")).content().contains("mmdebstrap");
  }
}

package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the kernels of the library OS are built out of what is packed. */
@Tag("guest")
class KernelBuildIT {
  @Test
  void whatLiesBesideItsFolderIsNoneOfItsBusiness(@TempDir Path shared) throws Exception {
    Path recipe = Files.createDirectory(shared.resolve("recipe"));
    Path out = Files.createDirectory(shared.resolve("out"));
    Kernel.SEALED.recipe().get().recipe().writeTo(recipe);
    // As in /tmp, where anybody may make files of these names.
    for (String room : new String[] {"agent", "arm", "recorder"}) {
      Files.createFile(shared.resolve(room));
    }

    Process build =
        new ProcessBuilder(
                "sh", recipe.resolve("build-image.sh").toString(), out.toString(), "sealed")
            .redirectErrorStream(true)
            .start();
    String output = new String(build.getInputStream().readAllBytes(), UTF_8);

    assertThat(build.waitFor()).as(output).isZero();
    assertThat(out.resolve(Kernel.SEALED.file())).isNotEmptyFile();
  }
}

package org.malassay.environments.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkshopTest {
  @Test
  void theFilesOfARecipeLieInAFolderThatGoesWithAllThatWasBuiltInIt() throws IOException {
    Recipe recipe = Recipe.ofFiles(Map.of("a/b", "text".getBytes(UTF_8)));
    Path folder;
    try (Workshop workshop = Workshop.of(recipe)) {
      folder = workshop.folder();
      assertThat(folder.resolve("a/b")).hasContent("text");
      Files.createDirectories(folder.resolve("built/deep"));
      Files.writeString(folder.resolve("built/deep/file"), "x");
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void aRecipeThatCannotBeWrittenIsTold() {
    Recipe impossible =
        Recipe.ofFiles(Map.of("a", new byte[0], "a/b", new byte[0])); // a file and a folder
    assertThatThrownBy(() -> Workshop.of(impossible)).isInstanceOf(IOException.class);
  }
}

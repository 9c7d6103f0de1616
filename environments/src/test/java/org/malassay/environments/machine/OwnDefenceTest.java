package org.malassay.environments.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.EnvironmentException;
import org.malassay.options.Option;
import org.malassay.options.Values;

class OwnDefenceTest {
  private static final Option<Path> OPTION =
      Option.optional("raspbian.defence", "FOLDER", "", Values::path);

  @TempDir private Path folder;

  private Optional<OwnDefence> of(String... defences) throws EnvironmentException {
    return OwnDefence.of("raspbian", List.of(defences), OPTION, Optional.of(folder));
  }

  @Test
  void itIsThereOnlyWhereItIsAskedFor() throws Exception {
    Files.writeString(folder.resolve("install.sh"), "true\n");
    assertThat(of("loginguard")).isEmpty();
    assertThat(of("own")).isPresent();
  }

  @Test
  void aChangeOfAnyFileMakesAnotherTemplate() throws Exception {
    Files.writeString(folder.resolve("install.sh"), "true\n");
    String before = of("own").orElseThrow().description();
    assertThat(of("own").orElseThrow().description()).isEqualTo(before);
    Files.writeString(folder.resolve("policy"), "deny all\n");
    assertThat(of("own").orElseThrow().description()).isNotEqualTo(before);
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThatThrownBy(() -> OwnDefence.of("raspbian", List.of("own"), OPTION, Optional.empty()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage(
            "-Denv=raspbian+own: -Draspbian.defence=FOLDER is missing: it has the defence's"
                + " install.sh");
    assertThatThrownBy(() -> of("own"))
        .hasMessage("-Draspbian.defence=%s: there is no install.sh in it".formatted(folder));
  }

  @Test
  void aLinkIsNoFileOfIt() throws Exception {
    Files.createSymbolicLink(folder.resolve("install.sh"), Path.of("/etc/passwd"));
    assertThatThrownBy(() -> of("own"))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("install.sh is no file");
  }
}

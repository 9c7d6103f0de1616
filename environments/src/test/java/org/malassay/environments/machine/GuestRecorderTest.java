package org.malassay.environments.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.EnvironmentException;

/** Why a template's clones have no recorder. */
class GuestRecorderTest {
  @TempDir Path folder;

  private Optional<String> missing(String told) throws Exception {
    Template template = new Template(folder, "");
    Files.writeString(template.file(Template.RECORDER), told);
    return GuestRecorder.NONE.missing(Optional.of(template));
  }

  @Test
  void aGuestThatIsBootedHasNone() throws Exception {
    assertThat(GuestRecorder.NONE.missing(Optional.empty()))
        .contains("the recorder is in clones only, not in guests that are booted");
  }

  @Test
  void aKernelThatTakesNoneIsToldWithWhatHasItTriedAgain() throws Exception {
    String why = "gave up: the kernel 6.12 has no type information (CONFIG_DEBUG_INFO_BTF)";
    assertThat(missing("!" + why))
        .contains("the recorder %s; without %s, the next run tries again".formatted(why, folder));
  }

  @Test
  void aTemplateWithOneLacksNothing() throws Exception {
    assertThat(missing("0012abcd")).isEmpty();
  }

  @Test
  void aTemplateThatIsBrokenIsNamed() {
    assertThatThrownBy(
            () -> GuestRecorder.NONE.missing(Optional.of(new Template(folder.resolve("no"), ""))))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith("the template in %s is broken".formatted(folder.resolve("no")));
  }
}

package org.malassay.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariantTest {
  private static final Variant ARM = new Variant("ARM kernel", "container.kernel", "arm");

  @Test
  void itsFactNamesItAndTheOptionThatChoosesIt() {
    assertThat(ARM.fact()).isEqualTo("ARM kernel (-Dcontainer.kernel=arm)");
    assertThat(Variant.of(Map.of("variant", ARM.fact(), "image", "x"))).contains(ARM);
    assertThat(Variant.of(Map.of("image", "x"))).isEmpty();
  }

  @Test
  void anEnvironmentOfItHasANameFromWhichBothAreToldAgain() {
    String name = ARM.in("container");
    assertThat(name).isEqualTo("container (ARM kernel)");
    assertThat(Variant.environment(name)).isEqualTo("container");
    assertThat(Variant.nameIn(name)).contains("ARM kernel");
    assertThat(Variant.environment("raspbian+loginguard")).isEqualTo("raspbian+loginguard");
    assertThat(Variant.nameIn("raspbian")).isEmpty();
  }

  /** A header may be forged, and the name becomes that of a folder. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ARM kernel",
        "../.. (-Da=b)",
        "a/b (-Da=b)",
        "a) (b (-Da=b)",
        "a\n (-Da=b)",
        " (-Da=b)",
        "a (-Da=../b)"
      })
  void whatIsNoVariantIsNone(String fact) {
    assertThat(Variant.of(Map.of("variant", fact))).isEmpty();
  }

  @Test
  void aNameThatCannotBeToldAgainIsRefused() {
    assertThatThrownBy(() -> new Variant("a/b", "o", "v"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no variant: a/b (-Do=v)");
  }
}

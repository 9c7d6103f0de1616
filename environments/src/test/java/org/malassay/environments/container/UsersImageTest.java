package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.EnvironmentException;

class UsersImageTest {
  private static InspectImageResponse image(String architecture, String... command) {
    return new InspectImageResponse()
        .withId("sha256:0123456789ABCDEF")
        .withArch(architecture)
        .withConfig(new ContainerConfig().withCmd(command));
  }

  @ParameterizedTest
  @ValueSource(strings = {"arm", "arm64"})
  void anImageForArmThatStartsSomethingIsTaken(String architecture) throws Exception {
    UsersImage image = UsersImage.of("router", image(architecture, "httpd", "-f"));
    assertThat(image.variant()).isEqualTo("0123456789ab");
  }

  @Test
  void oneForAnotherProcessorIsRefusedWithWhatMendsIt() {
    assertThatThrownBy(() -> UsersImage.of("router", image("amd64", "httpd")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith("-Dcontainer.image=router is an image for amd64")
        .hasMessageContainingAll("arm and arm64", "--platform", "-Dcontainer.kernel=host");
  }

  @Test
  void oneThatStartsNothingIsRefusedWithWhatMendsIt() {
    assertThatThrownBy(() -> UsersImage.of("router", image("arm")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContainingAll(
            "the image router has neither ENTRYPOINT nor CMD", "name another by -Dcontainer.image");
  }
}

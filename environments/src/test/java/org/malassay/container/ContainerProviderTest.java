package org.malassay.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.GuestException;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.testcontainers.dockerclient.TransportConfig;

class ContainerProviderTest {

  @Test
  void itIsFoundByItsName() {
    assertThat(ServiceLoader.load(EnvironmentProvider.class))
        .filteredOn(provider -> provider.name().equals("container"))
        .hasSize(1);
  }

  @Test
  void itsOptionsCarryItsName() {
    assertThat(new ContainerProvider().options())
        .isNotEmpty()
        .allSatisfy(option -> assertThat(option.name()).startsWith("container."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "http", "-1"})
  void aPortThatIsNoneIsRefused(String port) {
    assertThatThrownBy(() -> Options.of(Map.of("container.port", port)).get(ContainerProvider.PORT))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dcontainer.port=" + port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:///no/such/docker.sock", "tcp://127.0.0.1:1"})
  void anEngineThatDoesNotAnswerIsNamedWithWhatMendsIt(String address) {
    TransportConfig transport = TransportConfig.builder().dockerHost(URI.create(address)).build();
    assertThatThrownBy(() -> Engine.connect(transport))
        .isInstanceOf(GuestException.class)
        .hasMessageContaining(address)
        .hasMessageContaining("DOCKER_HOST")
        .hasMessageContaining("-Dsetup");
  }
}

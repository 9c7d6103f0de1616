package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.host.Timeouts;
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

  @Test
  @Timeout(30)
  void aMistakeInTheLibrariesIsToldBeforeAnEngineIsAsked() {
    Limits limits = new Limits(Duration.ofSeconds(10), 1, 1 << 20, 1, 1, 1);
    Opening opening = new Opening(Options.of(Map.of("libraries.from", "/firmware")), limits, "run");
    assertThatThrownBy(() -> new ContainerProvider().open(opening))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dlibraries.from=/firmware says nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:///no/such/docker.sock", "tcp://127.0.0.1:1"})
  void anEngineThatDoesNotAnswerIsNamedWithWhatMendsIt(String address) {
    TransportConfig transport = TransportConfig.builder().dockerHost(URI.create(address)).build();
    assertThatThrownBy(() -> Engine.connect(transport, new Timeouts(1)))
        .isInstanceOf(GuestException.class)
        .hasMessageContaining(address)
        .hasMessageContaining("DOCKER_HOST")
        .hasMessageContaining("-Dsetup");
  }

  /** What Podman 4.3.1 of Debian 12 answers, and Docker 20.10 beside it. */
  @ParameterizedTest
  @CsvSource({"Podman Engine, 4.3.1, true", "Engine, 20.10.24+dfsg1, false"})
  void podmanIsRefusedInOneLineBeforeAnythingIsAskedOfIt(
      String component, String version, boolean refused) throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          byte[] answer =
              """
              {"Platform":{"Name":"linux/amd64/debian-12"},"Components":[{"Name":"%s","Version":"%s",
              "Details":{"Arch":"amd64","Experimental":"false"}},{"Name":"Conmon","Version":"2.1.6"}],
              "Version":"%s","ApiVersion":"1.41","MinAPIVersion":"1.24","Os":"linux","Arch":"amd64"}
              """
                  .formatted(component, version, version)
                  .getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    URI address = URI.create("tcp://127.0.0.1:" + server.getAddress().getPort());
    try (Engine engine =
        Engine.connect(TransportConfig.builder().dockerHost(address).build(), new Timeouts(1))) {
      ThrowingCallable check = () -> ContainerProvider.refusePodman(engine);
      if (refused) {
        assertThatThrownBy(check)
            .isInstanceOf(EnvironmentException.class)
            .hasMessageStartingWith(
                "-Denv=container: Podman is not supported (version 4.3.1 at %s): ", address)
            .hasMessageNotContaining("\n");
      } else {
        assertThatCode(check).doesNotThrowAnyException();
      }
    } finally {
      server.stop(0);
    }
    assertThat(asked).containsExactly("/_ping", "/version");
  }
}

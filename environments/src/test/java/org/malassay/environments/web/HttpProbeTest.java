package org.malassay.environments.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.Probe;

/** A service as it should be, and what a sample may make of it. */
@Timeout(30)
class HttpProbeTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(20);

  private ServerSocket server;

  private interface Service {
    void answer(Socket client) throws Exception;
  }

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private CompletableFuture<String> serve(Service service) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Socket client = server.accept()) {
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
              request.append((char) client.getInputStream().read());
            }
            service.answer(client);
            return request.toString();
          } catch (Exception e) {
            return e.toString();
          }
        });
  }

  private static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  @Test
  void aPageIsAProbeThatIsAvailable() throws Exception {
    var request = serve(client -> say(client, "HTTP/1.1 200 OK\r\n\r\npage"));

    Probe probe = HttpProbe.ask(server.getLocalPort(), LONG);

    assertThat(probe.available()).isTrue();
    assertThat(probe.page().text()).isEqualTo("page");
    assertThat(request.get())
        .isEqualTo("GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: malassay\r\n\r\n");
  }

  @Test
  void nobodyThereRefuses() throws Exception {
    server.close();

    Probe probe = HttpProbe.ask(server.getLocalPort(), LONG);

    assertThat(probe.failure()).contains("connection refused");
    assertThat(probe.latency()).isLessThan(LONG);
  }

  @Test
  void anAnswerThatDoesNotEndInTimeIsNoneHoweverItDrips() {
    for (String drip : new String[] {"", "HTTP/1.1 200 OK\r\n\r\n"}) {
      var unused =
          serve(
              client -> {
                while (true) {
                  say(client, drip);
                  Thread.sleep(20);
                }
              });

      Probe probe = HttpProbe.ask(server.getLocalPort(), SHORT);

      assertThat(probe.available()).isFalse();
      assertThat(probe.failure()).contains("no answer in time");
      assertThat(probe.latency()).isBetween(SHORT, LONG);
    }
  }

  @Test
  void anAnswerThatIsCutOffIsTold() {
    var unused =
        serve(
            client -> {
              say(client, "HTTP/1.1 200 OK\r\n");
              client.setSoLinger(true, 0); // closing resets
            });

    Probe probe = HttpProbe.ask(server.getLocalPort(), LONG);

    assertThat(probe.available()).isFalse();
    assertThat(probe.failure()).isPresent();
  }

  @Test
  void ofAnAnswerWithoutEndNoMoreIsReadThanAPageMayHave() {
    var unused =
        serve(
            client -> {
              byte[] much = new byte[1 << 16];
              say(client, "HTTP/1.1 200 OK\r\n\r\n");
              while (true) {
                client.getOutputStream().write(much);
              }
            });

    Probe probe = HttpProbe.ask(server.getLocalPort(), LONG);

    assertThat(probe.available()).isTrue();
    assertThat(probe.page().total()).isLessThan(2L << 20);
  }
}

package org.malassay.environments.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.environments.web.OneClientService.LONG;
import static org.malassay.environments.web.OneClientService.SHORT;
import static org.malassay.environments.web.OneClientService.say;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.malassay.environment.Probe;

/** A service as it should be, and what a sample may make of it. */
@Timeout(30)
class HttpProbeTest {
  @RegisterExtension final OneClientService service = new OneClientService();

  /** The value is the request. */
  private CompletableFuture<String> serve(OneClientService.Answer answer) {
    CompletableFuture<String> request = new CompletableFuture<>();
    var unused =
        service.serve(
            client -> {
              request.complete(OneClientService.request(client, 0));
              answer.to(client);
            });
    return request;
  }

  @Test
  void aPageIsAProbeThatIsAvailable() throws Exception {
    var request = serve(client -> say(client, "HTTP/1.1 200 OK\r\n\r\npage"));

    Probe probe = HttpProbe.ask(service.port(), LONG);

    assertThat(probe.available()).isTrue();
    assertThat(probe.page().text()).isEqualTo("page");
    assertThat(request.get())
        .isEqualTo("GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: malassay\r\n\r\n");
  }

  @Test
  void nobodyThereRefuses() throws Exception {
    service.close();

    Probe probe = HttpProbe.ask(service.port(), LONG);

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

      Probe probe = HttpProbe.ask(service.port(), SHORT);

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

    Probe probe = HttpProbe.ask(service.port(), LONG);

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

    Probe probe = HttpProbe.ask(service.port(), LONG);

    assertThat(probe.available()).isTrue();
    assertThat(probe.page().total()).isLessThan(2L << 20);
  }
}

package org.malassay.environments.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.malassay.environments.web.OneClientService.LONG;
import static org.malassay.environments.web.OneClientService.SHORT;
import static org.malassay.environments.web.OneClientService.request;
import static org.malassay.environments.web.OneClientService.say;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Output;
import org.malassay.environments.agent.Transcript;

/** A guest whose service is what a sample made of it. */
@Timeout(30)
class HttpConnectionTest {
  @RegisterExtension final OneClientService service = new OneClientService();
  private CompletableFuture<String> received;

  private void serve(OneClientService.Answer answer) {
    received = service.serve(answer);
  }

  private HttpConnection post(String body, Duration timeout) throws IOException {
    byte[] bytes = body.getBytes(ISO_8859_1);
    return HttpConnection.post(
        service.port(), "/debug/run", new ByteArrayInputStream(bytes), bytes.length, timeout);
  }

  private Optional<Output> contents(String answer, int most) throws Exception {
    serve(client -> say(client, answer));
    try (HttpConnection get = HttpConnection.get(service.port(), "/debug/file/DA", LONG)) {
      return get.contents(most);
    }
  }

  @Test
  void aFileIsReadToItsBoundAndItsLengthIsKnown() throws Exception {
    Output file = contents("HTTP/1.0 200 OK\r\ncontent-length: 6\r\n\r\nabcdef", 4).orElseThrow();
    assertThat(file.text()).isEqualTo("abcd");
    assertThat(file.total()).isEqualTo(6);
  }

  @Test
  void whatIsNoFileIsNone() throws Exception {
    assertThat(contents("HTTP/1.0 404 Not Found\r\nContent-Length: 1\r\n\r\nx", 9)).isEmpty();
  }

  /** It would be taken for the file. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nabc",
        "HTTP/1.0 200 OK\r\n\r\nabc",
        "HTTP/1.0 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\nabc",
        "abc",
      })
  void anAnswerWithoutItsLengthOrShorterIsAFailure(String answer) {
    assertThatThrownBy(() -> contents(answer, 9)).isInstanceOf(IOException.class);
  }

  @Test
  void theRequestIsWholeAndTheAnswerIsRead() throws Exception {
    CompletableFuture<String> request = new CompletableFuture<>();
    serve(
        client -> {
          request.complete(request(client, 4));
          say(client, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody");
        });
    try (HttpConnection post = post("data", LONG)) {
      assertThat(post.status()).isEqualTo(200);
      assertThat(new String(post.body().readAllBytes(), ISO_8859_1)).isEqualTo("body");
    }
    assertThat(request.get())
        .isEqualTo(
            "POST /debug/run HTTP/1.1\r\nHost: guest\r\nContent-Length: 4\r\n"
                + "Connection: close\r\n\r\ndata");
  }

  @Test
  void aBodyOfNothingIsSent() throws Exception {
    serve(
        client -> {
          request(client, 0);
          say(client, "HTTP/1.1 400 Bad Request\r\n\r\n");
        });
    try (HttpConnection post = post("", LONG)) {
      assertThat(post.status()).isEqualTo(400);
    }
  }

  @Test
  void aGuestThatRefusesBeforeItHasReadAllIsHeard() throws Exception {
    serve(
        client -> {
          say(client, "HTTP/1.1 413 Content Too Large\r\n\r\n");
          client.shutdownOutput();
          client.getInputStream().skipNBytes(1000);
        });
    try (HttpConnection post = post("x".repeat(8 << 20), LONG)) {
      assertThat(post.status()).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\r\n\r\n",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 999 No\r\n\r\n",
        "HTTP/1.1 20 No\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "garbage\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "\u0000\u0001\u0002\r\n\r\n"
      })
  void whatIsNoAnswerIsNone(String text) throws Exception {
    serve(
        client -> {
          request(client, 1);
          say(client, text);
        });
    try (HttpConnection post = post("x", LONG)) {
      assertThatThrownBy(post::status).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aHeadWithoutEndIsCut() throws Exception {
    serve(
        client -> {
          request(client, 1);
          OutputStream out = client.getOutputStream();
          byte[] header = "X: y\r\n".repeat(1000).getBytes(ISO_8859_1);
          say(client, "HTTP/1.1 200 OK\r\n");
          while (true) {
            out.write(header);
          }
        });
    try (HttpConnection post = post("x", LONG)) {
      assertThatThrownBy(post::status).hasMessage("no HTTP answer");
    }
  }

  @Test
  void neitherSilenceNorADripOfBytesOutlastsThePatience() throws Exception {
    for (String drip : new String[] {"", "x"}) {
      serve(
          client -> {
            while (true) {
              say(client, drip);
              Thread.sleep(20);
            }
          });
      try (HttpConnection post = post("x", SHORT)) {
        assertThatThrownBy(post::status)
            .isInstanceOf(SocketTimeoutException.class)
            .hasMessage("no answer in time");
      }
    }
  }

  @Test
  void aGuestThatTakesNoBytesDoesNotHoldTheSenderForEver() throws Exception {
    serve(client -> Thread.sleep(LONG.toMillis()));
    try (HttpConnection post = post("x".repeat(32 << 20), SHORT)) {
      assertThatThrownBy(post::status).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aConnectionThatWasGivenTimeOutlastsThePatience() throws Exception {
    serve(
        client -> {
          request(client, 1);
          say(client, "HTTP/1.1 200 OK\r\n\r\n");
          Thread.sleep(2 * SHORT.toMillis());
          say(client, "late");
        });
    try (HttpConnection post = post("x", SHORT)) {
      post.takeYourTime();
      assertThat(post.status()).isEqualTo(200);
      assertThat(new String(post.body().readAllBytes(), ISO_8859_1)).isEqualTo("late");
    }
  }

  @Test
  void halfFramesAndGarbageInTheAnswerEndTheTranscriptAndClosingItEndsAnEndlessOne()
      throws Exception {
    Random random = new Random(11);
    byte[] garbage = new byte[4000];
    random.nextBytes(garbage);
    garbage[0] = 'Z';
    byte[] half = {'1', 0, 0, 1, 0, 'h', 'a', 'l', 'f'};
    for (byte[] frames : new byte[][] {garbage, half, {}}) {
      serve(
          client -> {
            request(client, 1);
            say(client, "HTTP/1.1 200 OK\r\n\r\n");
            client.getOutputStream().write(frames);
          });
      try (HttpConnection post = post("x", LONG)) {
        assertThat(post.status()).isEqualTo(200);
        assertThatThrownBy(
                () ->
                    Transcript.of(post.body(), 100, EventSink.NONE).end().get(20, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(IOException.class);
      }
    }
    serve(
        client -> {
          request(client, 1);
          say(client, "HTTP/1.1 200 OK\r\n\r\n");
          while (true) {
            client.getOutputStream().write(new byte[] {'1', 0, 0, 0, 1, 'x'});
          }
        });
    Transcript endless;
    try (HttpConnection post = post("x", LONG)) {
      post.takeYourTime();
      assertThat(post.status()).isEqualTo(200);
      endless = Transcript.of(post.body(), 100, EventSink.NONE);
    }
    assertThatThrownBy(() -> endless.end().get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
    assertThat(received.get(20, TimeUnit.SECONDS)).contains("Exception");
  }
}

package org.malassay.environments.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;

class HttpAnswerTest {
  private static final Duration LATENCY = Duration.ofMillis(3);

  private static Probe read(String answer) {
    return HttpAnswer.read(ByteBuffer.wrap(answer.getBytes(ISO_8859_1)), LATENCY, Optional.empty());
  }

  @Test
  void aPageIsToldByStatusAndDigestOfTheBodyAlone() {
    Probe one = read("HTTP/1.1 200 OK\r\nDate: now\r\n\r\npage");
    Probe other = read("HTTP/1.0 200\nDate: later\n\npage");
    assertThat(one.available()).isTrue();
    assertThat(one.latency()).isEqualTo(LATENCY);
    assertThat(one.failure()).isEmpty();
    assertThat(one.bodySha256()).isEqualTo(other.bodySha256()).get().asString().hasSize(64);
    assertThat(read("HTTP/1.1 200 OK\r\n\r\nPage").bodySha256()).isNotEqualTo(one.bodySha256());
  }

  @Test
  void thePageIsKeptUpToABound() {
    assertThat(read("HTTP/1.1 200 OK\r\n\r\npage").page().text()).isEqualTo("page");
    Output large = read("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(70_000)).page();
    assertThat(large.head()).hasSize(64 * 1024);
    assertThat(large.total()).isEqualTo(70_000);
    assertThat(read("SSH-2.0-dropbear\r\n\r\n").page()).isEqualTo(Output.NONE);
  }

  @Test
  void anEmptyPageHasTheDigestOfNothing() {
    assertThat(read("HTTP/1.1 204 No Content\r\n\r\n").bodySha256())
        .contains("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void anotherStatusIsAnAnswerButNotAvailability() {
    Probe probe = read("HTTP/1.1 500 Oops\r\n\r\n");
    assertThat(probe.status()).contains(500);
    assertThat(probe.available()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-dropbear\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno end of headers",
        "HTTP/1.1 99999999999999999999\r\n\r\n",
        "\r\n\r\n",
        "\0\0\0"
      })
  void whatIsNotHttpIsNoAnswer(String answer) {
    Probe probe = read(answer);
    assertThat(probe.status()).isEmpty();
    assertThat(probe.bodySha256()).isEmpty();
    assertThat(probe.failure()).contains("not an HTTP answer");
  }

  @ParameterizedTest
  @CsvSource({
    "ECONNREFUSED, connection refused, true",
    "ECONNRESET, connection reset, true",
    "ETIMEDOUT, no answer in time, true",
    "EPIPE, EPIPE, true",
    "EMFILE, could not be asked: EMFILE, false",
    "EADDRNOTAVAIL, could not be asked: EADDRNOTAVAIL, false"
  })
  void anErrorIsToldInWordsEvenAfterHalfAnAnswer(String error, String words, boolean asked) {
    ByteBuffer half = ByteBuffer.wrap("HTTP/1.1 200 OK\r\n\r\npa".getBytes(ISO_8859_1));
    Probe probe = HttpAnswer.read(half, LATENCY, Optional.of(error));
    assertThat(probe.available()).isFalse();
    assertThat(probe.failure()).contains(words);
    assertThat(probe.asked()).isEqualTo(asked);
  }

  @Test
  void nothingAtAllIsAnEmptyAnswer() {
    assertThat(read("").failure()).contains("empty answer");
  }
}

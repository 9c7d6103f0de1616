package org.malassay.environments.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;

class LastWordsTest {
  private static GuestException failure(String console) {
    return new LastWords(Piece.CONSOLE, console).failure("it does not answer");
  }

  @Test
  void theLastLineIsInTheMessageAndAllOfItInTheEvidence() {
    String console = "booting\n".repeat(8192) + "panic: \u001b[31mno memory\r\n\n";
    GuestException failure = failure(console);

    assertThat(failure)
        .hasMessage(
            "it does not answer; the last line of its console.log: panic: \\x1b[31mno memory");
    assertThat(failure.evidence()).containsOnlyKeys(Piece.CONSOLE);
    assertThat(new String(failure.evidence().get(Piece.CONSOLE), UTF_8)).isEqualTo(console);
  }

  @Test
  void aLineOfManyKilobytesIsCutAndAnEmptyConsoleIsSaid() {
    assertThat(failure("x".repeat(64 * 1024)).getMessage()).hasSizeLessThan(250).endsWith("x…");
    assertThat(failure(" \n")).hasMessage("it does not answer; its console.log is empty");
    assertThat(failure("").evidence()).isEmpty();
  }

  @Test
  void whatCausedItStaysItsCause() {
    Exception cause = new IllegalStateException("x");
    assertThat(new LastWords(Piece.CONSOLE, "y").failure("z", cause)).hasCause(cause);
  }
}

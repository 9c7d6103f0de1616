package org.malassay.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CauseTest {
  private static String detail(String given) {
    return new Cause(Cause.Type.GUEST_FAILED, given).detail();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", " a\nb\n", "a\r\n\tb", "a\u2028b", "a\u0085 b", "a\u000b\u000cb"})
  void itIsOneLine(String given) {
    assertThat(detail(given)).isEqualTo("a b");
  }

  @Test
  void itIsBoundedInWholeCharacters() {
    String console = "\ud83d\ude00".repeat(32 * 1024);

    assertThat(detail(console)).isEqualTo("\ud83d\ude00".repeat(400) + "…");
    assertThat(detail(detail(console))).as("as it is read again").isEqualTo(detail(console));
    assertThat(detail("x".repeat(400))).hasSize(400).doesNotEndWith("…");
  }
}

package org.malassay.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static final int LONGEST = 100_000;

  private static Lines lines(String text) {
    return new Lines(new ByteArrayInputStream(text.getBytes(UTF_8)), LONGEST);
  }

  @Test
  void ofALineThatIsTooLongNothingIsKept() throws IOException {
    for (int length : List.of(LONGEST, 5 * LONGEST, 30 * LONGEST)) {
      Lines lines = lines("one\n" + "x".repeat(length) + "\nthree\nfour");
      assertThat(lines.next(9))
          .extracting(line -> new String(line.bytes(), UTF_8), Line::ended)
          .containsExactly(
              tuple("one", true), tuple("", true), tuple("three", true), tuple("four", false));
      assertThat(lines.next(9)).isEmpty();
    }
    assertThat(lines("x".repeat(LONGEST)).next(9)).as("half a line").isEmpty();
  }

  @Test
  void longLinesAreNotHandedOverManyAtOnce() throws IOException {
    String longest = "x".repeat(LONGEST - 1);
    Lines lines = lines((longest + "\n").repeat(5));
    int all = 0;
    for (List<Line> some = lines.next(9); !some.isEmpty(); some = lines.next(9)) {
      assertThat(some).hasSizeLessThan(3).allMatch(line -> line.length() == LONGEST - 1);
      all += some.size();
    }
    assertThat(all).isEqualTo(5);
  }
}

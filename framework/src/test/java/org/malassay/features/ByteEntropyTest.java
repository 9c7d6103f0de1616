package org.malassay.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.malassay.features.Made.Segment;

class ByteEntropyTest {
  private static Features of(byte[] file) {
    Findings findings = new Findings();
    ByteEntropy.of(Head.of(file), findings);
    return findings.features(Set.of(Part.ENTROPY));
  }

  private static Map<String, Double> numbers(byte[] file) {
    return of(file).sheet().numbers();
  }

  private static JsonNode list(byte[] file) throws IOException {
    return new ObjectMapper().readTree(of(file).pieces().get(0).contents());
  }

  @Test
  void theEntropyOfAByteIsBetweenNothingAndEightBits() {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    assertThat(numbers(all)).containsEntry("entropy", 8.0).containsEntry("byte_ff", 1.0);
    assertThat(numbers(new byte[1000]))
        .containsEntry("entropy", 0.0)
        .containsEntry("byte_00", 1000.0);
    assertThat(numbers(new byte[] {0, 1, 0, 1})).containsEntry("entropy", 1.0);
  }

  @Test
  void windowsTellWhatTheWholeDoesNot() {
    byte[] half = new byte[2048];
    System.arraycopy(Made.noise(1024), 0, half, 1024, 1024);
    Map<String, Double> numbers = numbers(half);
    assertThat(numbers.get("entropy_window_least")).isZero();
    assertThat(numbers.get("entropy_window_greatest")).isCloseTo(7.2, within(0.1));
    assertThat(numbers.get("entropy_window_mean")).isCloseTo(3.6, within(0.1));
    assertThat(numbers.get("entropy_window_deviation")).isCloseTo(3.6, within(0.1));
  }

  @Test
  void whatIsTooShortOrNotThereHasNoNumber() {
    assertThat(numbers(new byte[0])).doesNotContainKey("entropy");
    assertThat(numbers(new byte[255]))
        .containsKey("entropy")
        .doesNotContainKeys("entropy_window_mean", "segments", "entropy_text");
  }

  @Test
  void ofALargeFileTheListHasWiderWindows() throws IOException {
    JsonNode list = list(new byte[4 << 20]);
    assertThat(list.get("window").asInt()).isEqualTo(1024);
    assertThat(list.get("windows")).hasSize(4096);
  }

  @Test
  void sectionsAndSegmentsOfAProgramAreMeasured() throws IOException {
    byte[] file = Made.elf("armhf-dynamic");
    assertThat(numbers(file).get("entropy_text")).isBetween(1.0, 8.0);
    assertThat(numbers(file).get("entropy_segment_greatest")).isBetween(1.0, 8.0);
    assertThat(list(file).get("sections").findValuesAsText("name")).contains(".text", ".dynstr");
  }

  @Test
  void segmentsMayOverlapAndLeadOutOfTheFile() {
    byte[] file =
        Made.program(
            4096,
            List.of(
                new Segment(Made.READABLE, 4096, 256),
                new Segment(Made.READABLE, 4100, 256),
                new Segment(Made.READABLE, 0, 0x7fffffff),
                new Segment(Made.READABLE, 0xffffff00, 0xffffff00),
                new Segment(Made.READABLE, 5000, 10)),
            new byte[256]);
    assertThat(numbers(file)).containsEntry("segments", 5.0).containsKey("entropy_segment_least");
  }

  @Test
  void everyPrefixOfAProgramHasAnEntropy() {
    byte[] file = Made.elf("armel-static-symbols");
    for (int size = 0; size < file.length; size++) {
      byte[] prefix = Arrays.copyOf(file, size);
      assertThatCode(() -> of(prefix)).doesNotThrowAnyException();
    }
  }

  /** All of the same 16 MB: a terabyte, if each were measured. */
  @Test
  void manySectionsCostNoMoreThanAFew() {
    byte[] file = Made.sections(65535, 1, 6, new byte[13 << 20]);
    Assertions.assertTimeout(
        Duration.ofSeconds(60), () -> assertThat(numbers(file)).containsEntry("sections", 65535.0));
  }
}

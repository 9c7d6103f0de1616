package org.malassay.features;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.sample.FileFactsReader;

class ImportsTest {
  private static Features of(byte[] file) {
    Findings findings = new Findings();
    Imports.of(Head.of(file), FileFactsReader.read(file), findings);
    return findings.features(Set.of(Part.IMPORTS));
  }

  private static String list(byte[] file) {
    return new String(of(file).pieces().get(0).contents(), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"armhf-dynamic", "aarch64-dynamic", "x86-64-dynamic"})
  void librariesAndSymbolsAreThoseThatAProgramAsksFor(String name) {
    byte[] file = Made.elf(name);
    assertThat(list(file)).startsWith("library ").contains("symbol __libc_start_main\n");
    assertThat(of(file).sheet().numbers())
        .containsEntry("import___libc_start_main", 1.0)
        .containsEntry("import_socket", 0.0);
  }

  @Test
  void theyAreFoundWithoutSectionHeaders() {
    byte[] file = Made.elf("armhf-dynamic");
    String whole = list(file);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(32, 0).putShort(48, (short) 0);
    assertThat(list(file)).isEqualTo(whole);
  }

  /** No list is not an empty one. */
  @ParameterizedTest
  @ValueSource(strings = {"armel-static", "mips-static", "x86-64-static"})
  void aStaticProgramHasNoSuchList(String name) {
    assertThat(of(Made.elf(name)).sheet().numbers()).isEmpty();
  }

  @Test
  void anObjectFileAsksForWhatItLacks() {
    assertThat(of(Made.elf("armhf-object")).sheet().numbers()).containsKey("imports");
  }

  @Test
  void noPrefixAndNoFalseNumberOfAProgramIsAnError() {
    byte[] file = Made.elf("armhf-dynamic");
    for (int at = 0; at + 4 <= file.length; at += 4) {
      byte[] prefix = Arrays.copyOf(file, at);
      byte[] spoilt = file.clone();
      ByteBuffer.wrap(spoilt).putInt(at, -1);
      assertThatCode(
              () -> {
                of(prefix);
                of(spoilt);
              })
          .doesNotThrowAnyException();
    }
  }
}

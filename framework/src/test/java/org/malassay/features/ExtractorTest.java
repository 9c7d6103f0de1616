package org.malassay.features;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.sample.FileFacts;
import org.malassay.sample.FileFactsReader;
import org.malassay.sample.Sample;

class ExtractorTest {
  private static final Objdump NONE = new Objdump(List.of());

  @TempDir Path folder;

  private static Extractor all(Objdump objdump) {
    return new Extractor(EnumSet.allOf(Part.class), objdump);
  }

  private static FeatureSheet of(byte[] file) throws InterruptedException {
    return all(NONE).of(Head.of(file), FileFactsReader.read(file)).sheet();
  }

  @Test
  void everyNumberHasAColumnOfItsOwn() throws InterruptedException {
    assertThat(FeatureColumns.ALL).doesNotHaveDuplicates().allMatch(it -> it.matches("\\w+"));
    for (String name : List.of("armhf-dynamic", "armel-static-symbols", "aarch64-dynamic")) {
      byte[] file = Made.elf(name);
      assertThat(FeatureColumns.ALL)
          .containsAll(
              all(Objdump.onPath())
                  .of(Head.of(file), FileFactsReader.read(file))
                  .sheet()
                  .numbers()
                  .keySet());
    }
  }

  /** After {@code -Dsetup} a run that goes on makes them. */
  @Test
  void opcodesThatCouldNotBeHadAreMadeOnceObjdumpIsThere() throws Exception {
    FeatureSheet without = of(Made.elf("armel-static"));
    Path objdump = Files.writeString(folder.resolve("arm-linux-gnueabihf-objdump"), "");
    Files.copy(objdump, folder.resolve("aarch64-linux-gnu-objdump"));
    for (String name : List.of("arm-linux-gnueabihf-objdump", "aarch64-linux-gnu-objdump")) {
      Assertions.assertTrue(folder.resolve(name).toFile().setExecutable(true));
    }
    assertThat(all(NONE).wouldMake(without)).as("no more than before").isTrue();
    assertThat(
            all(new Objdump(List.of(folder, Path.of("/usr/bin"), Path.of("/bin"))))
                .wouldMake(without))
        .isFalse();
    assertThat(extractor("strings", NONE).wouldMake(without)).as("other parts").isFalse();
  }

  @Test
  void aFileThatIsNoProgramHasWhatEveryFileHas() throws InterruptedException {
    FeatureSheet script =
        of("#!/bin/sh\necho a text of more than fifty bytes of text\n".getBytes(US_ASCII));
    assertThat(script.numbers())
        .containsKeys("size", "entropy", "strings", "image_width", "byte_61")
        .doesNotContainKeys("segments", "imports", "opcodes", "code_bytes");
    assertThat(script.missing()).isEmpty();
    assertThat(of(new byte[0]).numbers()).containsEntry("size", 0.0).doesNotContainKey("entropy");
  }

  @Test
  void whatWasNotAskedForIsNotMade() throws InterruptedException {
    byte[] file = Made.elf("armhf-dynamic");
    Features tlsh =
        new Extractor(Set.of(Part.TLSH), NONE).of(Head.of(file), FileFactsReader.read(file));
    assertThat(tlsh.pieces()).isEmpty();
    assertThat(tlsh.sheet().numbers()).containsOnlyKeys("size", "bytes_read");
    assertThat(tlsh.sheet().tlsh().orElseThrow()).matches("T1[0-9A-F]{70}");
  }

  @Test
  void ofAGiantTheBeginningIsRead() throws IOException, InterruptedException {
    Path giant = folder.resolve("giant");
    try (RandomAccessFile file = new RandomAccessFile(giant.toFile(), "rw")) {
      file.write(Made.elf("armhf-dynamic"));
      file.setLength(1L << 30); // sparse
    }
    Sample sample =
        new Sample("giant", giant, "0".repeat(64), "", 1L << 30, FileFactsReader.read(giant));
    Features found = Assertions.assertTimeout(Duration.ofSeconds(60), () -> all(NONE).of(sample));
    assertThat(found.sheet().numbers())
        .containsEntry("size", (double) (1L << 30))
        .containsEntry("bytes_read", (double) Head.MOST)
        .containsEntry("import___libc_start_main", 1.0);
    assertThat(found.sheet().tlsh()).isEmpty();
    assertThat(found.sheet().missing().get(Part.TLSH)).contains("larger than 16777216 bytes");
  }

  @Test
  void aFileThatIsAnotherNowHasNone() throws IOException {
    Path file = Files.writeString(folder.resolve("changed"), "another");
    Sample sample =
        new Sample("changed", file, "0".repeat(64), "", 7, FileFacts.of(FileFacts.FileType.TEXT));
    assertThatThrownBy(() -> all(NONE).of(sample))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has changed since the corpus was read");
  }

  private static Extractor extractor(String value, Objdump objdump) {
    return FeatureOptions.extractor(Options.of(Map.of("features", value)), objdump);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "true", "all"})
  void allAreMadeAsFarAsCanBeHad(String value) {
    assertThat(extractor(value, NONE).parts()).containsExactlyInAnyOrder(Part.values());
  }

  @Test
  void noneAreMadeUnlessAskedFor() {
    assertThat(FeatureOptions.extractor(Options.of(Map.of()), NONE).parts()).isEmpty();
    assertThat(extractor("none", NONE).parts()).isEmpty();
  }

  @Test
  void namedOpcodesHaveToBeHad() {
    assertThat(extractor("tlsh,strings", NONE).parts())
        .containsExactlyInAnyOrder(Part.TLSH, Part.STRINGS);
    assertThatThrownBy(() -> extractor("tlsh,opcodes", NONE))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dfeatures: opcodes cannot be had: there is no arm-linux-")
        .hasMessageContaining("-Dsetup");
    assertThatThrownBy(() -> extractor("opcode", NONE))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("there are no features \"opcode\"; there are: strings, image,");
  }
}

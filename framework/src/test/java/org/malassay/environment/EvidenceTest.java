package org.malassay.environment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.behavior.Origin;

class EvidenceTest {
  private static final Piece CAPTURE =
      new Piece("net.pcap", "what went over the network", "application/pcap", Origin.NETWORK);

  private final Path folder;
  private final Evidence evidence;

  EvidenceTest(@TempDir Path folder) {
    this.folder = folder.resolve("evidence");
    this.evidence = new Evidence(this.folder);
  }

  @Test
  void theIndexSaysWhatEachPieceIsAndWhoWroteIt() throws IOException {
    assertThat(evidence.index()).isEmpty();
    evidence.write(Piece.STDOUT, "hello".getBytes(UTF_8));
    assertThat(evidence.stream(CAPTURE)).exists().isEmptyFile();

    assertThat(new Evidence(folder).index()).containsExactly(Piece.STDOUT, CAPTURE);
    assertThat(evidence.indexFile())
        .content()
        .startsWith(
            "[{\"name\":\"stdout\",\"title\":\"what the sample wrote to its standard output\","
                + "\"type\":\"text/plain\",\"origin\":{\"source\":\"sample\",\"forgeable\":true}},");
    assertThat(folder).isDirectoryNotContaining(file -> file.getFileName().startsWith("."));
  }

  @Test
  void whatIsWrittenAgainIsInTheIndexOnce() throws IOException {
    evidence.write(Piece.STDOUT, "hel".getBytes(UTF_8));
    evidence.write(CAPTURE, new byte[0]);
    evidence.write(Piece.STDOUT, "hello".getBytes(UTF_8));
    assertThat(evidence.index()).containsExactly(CAPTURE, Piece.STDOUT);
    assertThat(folder.resolve("stdout")).hasContent("hello");
  }

  @Test
  void whatIsWrittenAgainIsAnotherFile() throws IOException {
    Path file = evidence.write(Piece.STDOUT, "hel".getBytes(UTF_8));
    Path ofAnotherRun = Files.createLink(folder.resolveSibling("linked"), file);
    evidence.write(Piece.STDOUT, "hello".getBytes(UTF_8));
    assertThat(ofAnotherRun).hasContent("hel");
  }

  @Test
  void whatCannotBeWrittenIsNotInTheIndex() throws IOException {
    Files.createDirectories(folder.resolve("stdout/in the way"));
    assertThatThrownBy(() -> evidence.write(Piece.STDOUT, new byte[1]))
        .isInstanceOf(IOException.class);
    assertThat(evidence.index()).isEmpty();
  }

  @Test
  void aDamagedIndexIsSaidWithWhatMendsIt() throws IOException {
    evidence.write(Piece.STDOUT, new byte[1]);
    Files.writeString(evidence.indexFile(), "[{\"name\":\"stdout\"}]");
    assertThatThrownBy(evidence::index)
        .isInstanceOf(IOException.class)
        .hasMessage(evidence.indexFile() + " is damaged: remove it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", ".hidden", "a/b", "index.json"})
  void aNameThatLeavesTheFolderOrIsTheIndexsIsNone(String name) {
    assertThatThrownBy(() -> Piece.text(name, "x", Origin.HOST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"");
  }
}

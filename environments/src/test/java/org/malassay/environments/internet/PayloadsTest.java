package org.malassay.environments.internet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

/** What recorded login sessions fetched, where the user has it. */
class PayloadsTest {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String ABSENT = "0".repeat(64);

  @TempDir private Path folder;

  private Answers answers(Map<String, String> payloads) {
    return Answers.load(
        Options.of(Map.of("internet.payloads", folder.toString())),
        payloads,
        HarmlessPrograms.NONE);
  }

  private static String said(Answers answers, String host, String path) {
    return new String(answers.content("GET", host, path).bytes(), UTF_8);
  }

  @Test
  void itIsGivenOutWhereItWasFetched() throws Exception {
    Files.writeString(folder.resolve(OF_ABC), "abc");
    Answers answers = answers(Map.of("http://192.0.2.7:8080/a.b", OF_ABC));
    assertThat(said(answers, "192.0.2.7", "/a.b")).isEqualTo("abc");
    assertThat(answers.content("GET", "192.0.2.7", "/a.b").what()).isEqualTo(OF_ABC);
    assertThat(said(answers, "192.0.2.8", "/a.b")).isNotEqualTo("abc");
    assertThat(said(answers, "192.0.2.7", "/aXb")).isNotEqualTo("abc");
  }

  @Test
  void whatTheUserDoesNotHaveIsAsEver() {
    Answers answers = answers(Map.of("http://192.0.2.7/x", ABSENT));
    assertThat(said(answers, "192.0.2.7", "/x")).isEqualTo(Answers.EMPTY_PAGE);
  }

  @Test
  void whatIsNoUrlIsFetchedByNobody() throws Exception {
    Files.writeString(folder.resolve(OF_ABC), "abc");
    Answers answers = answers(Map.of("http://[", OF_ABC, "../../x", OF_ABC));
    assertThat(said(answers, "192.0.2.7", "../../x")).isEqualTo(Answers.EMPTY_PAGE);
  }

  @Test
  void aFileThatIsNotWhatItsNameSaysIsAnError() throws Exception {
    Files.writeString(folder.resolve(ABSENT), "abc");
    Map<String, String> payloads = Map.of("http://192.0.2.7/x", ABSENT);
    assertThatThrownBy(() -> answers(payloads))
        .isInstanceOf(OptionException.class)
        .hasMessageStartingWith("-Dinternet.payloads=" + folder)
        .hasMessageEndingWith("is another file than its name says");
  }

  @Test
  void aFolderThatIsNotThereIsAnError() {
    assertThatThrownBy(
            () ->
                Answers.load(
                    Options.of(Map.of("internet.payloads", "/absent")),
                    Map.of(),
                    HarmlessPrograms.NONE))
        .isInstanceOf(OptionException.class)
        .hasMessage("-Dinternet.payloads=/absent: this is no folder");
  }
}

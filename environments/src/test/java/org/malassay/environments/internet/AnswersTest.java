package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

/** What is wrong with rules is said in one line that names the option, the file and the place. */
class AnswersTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "protocols: [{protocol: x, ports: [7], greeting: a, port: 8}] | line 1: Unrecognized field \"port\"",
        "protocols: [{protocol: x, greeting: a}] | x can be told by nothing: give it ports or tells",
        "protocols: [{ports: [7], greeting: a}] | a protocol has no name",
        "protocols: [{protocol: x, ports: [7]}] | x says nothing",
        "protocols: [{protocol: x, ports: [70000], greeting: a}] | no port is 70000",
        "protocols: [{protocol: x, tells: '(', greeting: a}] | no regular expression: (",
        "protocols: [{protocol: x, ports: [7], states: {start: [{says: a}]}}] | a reply without hears",
        "protocols: [{protocol: x, ports: [7], states: {start: [{hears: a, then: b}]}}] | there is no state b",
        "protocols: [{protocol: x, ports: [7], greeting: a, repeats: {every: soon, says: b}}] | not a duration",
        "pages: [{status: 200}] | a page without a path",
        "pages: [{path: /x, text: a, program: arm}] | more than one of text, file and program",
        "pages: [{path: /x, file: absent.bin}] | there is no file absent.bin beside it",
        "pages: [{path: /x, file: ../secret}] | must lie in the same folder",
        "names: [{name: x, addresses: [localhost]}] | no address: localhost",
        "names: [{name: x, addresses: [1.2.3.4.5]}] | no address: 1.2.3.4.5",
        "names: [{addresses: [1.2.3.4]}] | a rule for names without a name",
        "protocols: {} | line 1",
        "'*' | line 1",
        "'' | line 1: No content"
      })
  void whatIsWrongWithRulesIsSaid(String yaml, String message) throws IOException {
    Files.writeString(folder.resolve("mine.yaml"), yaml == null ? "" : yaml);
    assertThatThrownBy(() -> FakeProgram.answers("internet.rules", folder.toString()))
        .isInstanceOf(OptionException.class)
        .message()
        .startsWith("-Dinternet.rules=" + folder + ": mine.yaml")
        .contains(message)
        .hasLineCount(1);
  }

  @Test
  void soIsAFolderThatIsNone() {
    assertThatThrownBy(() -> FakeProgram.answers("internet.rules", folder + "/absent"))
        .hasMessage(
            "-Dinternet.rules=%s/absent: this is no folder that can be read".formatted(folder));
    assertThatThrownBy(() -> FakeProgram.answers("internet.rules", folder.toString()))
        .hasMessageContaining("there is no file *.yaml in this folder");
  }

  @Test
  void soIsAScriptThatIsNone() throws IOException {
    Path script = Files.writeString(folder.resolve("s.yaml"), "- {protocol: mirai, says: x}");
    assertThatThrownBy(() -> FakeProgram.answers("cnc.script", script.toString()))
        .hasMessageStartingWith("-Dcnc.script=" + script + ", line 1: it takes protocol, after");
    assertThatThrownBy(() -> FakeProgram.answers("cnc.script", folder + "/absent"))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("absent cannot be read");
  }

  @Test
  void theRulesInTheReadmeAreRules() throws IOException {
    String readme =
        Files.readString(Path.of(System.getProperty("malassay.root"), "environments", "README.md"));
    int start = readme.indexOf("```yaml\n") + "```yaml\n".length();
    Files.writeString(
        folder.resolve("own.yaml"), readme.substring(start, readme.indexOf("```", start)));
    Answers answers = FakeProgram.answers("internet.rules", folder.toString());
    assertThat(answers.content("GET", "cnc.example", "/config").bytes())
        .isEqualTo(Latin.bytes("wait=60\n"));
    assertThat(answers.name("no.absent").orElseThrow().absent()).isTrue();
    assertThat(answers.scripts(Script.Transport.TCP).get(0).protocol()).isEqualTo("gate");
  }

  @Test
  void theModesAreWords() {
    Options options = Options.of(Map.of("internet", "real"));
    assertThatThrownBy(() -> options.get(InternetOptions.INTERNET))
        .hasMessageContaining("not one of simulated, none");
    assertThat(Options.of(Map.of("internet", "simulated")).find(InternetOptions.INTERNET))
        .hasValue(InternetOptions.Mode.SIMULATED);
  }

  @Test
  void noRuleOfOursGivesACommand() {
    Answers answers = FakeProgram.answers();
    for (String protocol : new String[] {"mirai", "gafgyt", "irc", "unknown"}) {
      assertThat(answers.commands(protocol)).isEmpty();
    }
  }
}

package org.malassay.environments.login;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environments.host.Tools;

/** When the typist goes on, on this machine: with what only looks like a shell. */
@Tag("guest")
@Timeout(60)
class TypistIT {
  @TempDir private static Path folder;

  @BeforeAll
  static void compile() throws IOException {
    LoginPrograms.recipe().writeTo(folder);
    try (InputStream check = TypistIT.class.getResourceAsStream("/login/typist-check.c")) {
      Files.write(folder.resolve("check.c"), Objects.requireNonNull(check).readAllBytes());
    }
    String compiler =
        Tools.compilerFor(Tools.machineHere())
            .orElseThrow(() -> new IOException("no C compiler here; -Dsetup installs one"));
    List<String> words =
        Stream.concat(
                Stream.of(compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-o", "check", "check.c"),
                Stream.of("screen.c", "script.c", "socket.c"))
            .toList();
    Tools.run(words, folder, Duration.ofMinutes(1), line -> {});
  }

  /**
   * What a check says.
   *
   * @param shown by the terminal until the typist went on
   * @param keys that the shell took
   */
  private record Told(String shown, String keys) {}

  private static Told check(String... words) throws Exception {
    Path keys = folder.resolve("keys");
    Process check =
        new ProcessBuilder(
                Stream.concat(Stream.of(folder.resolve("check").toString()), Stream.of(words))
                    .toList())
            .redirectError(keys.toFile())
            .start();
    String shown = new String(check.getInputStream().readAllBytes(), UTF_8);
    assertThat(check.waitFor()).isZero();
    return new Told(shown, Files.readString(keys));
  }

  @Test
  void whatLooksLikeAPromptInTheEchoOfALineIsNoneHoweverLongTheHostStalls() throws Exception {
    Told told = check("echo abcdefghijklm > /tmp/x");

    assertThat(told.shown()).endsWith("> \r\n/tm\r\np/x\r\n\r\nout\r\n# ");
    assertThat(told.keys()).isEqualTo("echo abcdefghijklm > /tmp/x\n");
  }

  @Test
  void aTerminalThatALineStopsGoesOn() throws Exception {
    assertThat(check("echo a\u0013b").keys()).isEqualTo("echo a\u0013\u0011b\n");
  }

  @Test
  @Timeout(8)
  void aLineThatIsNotEchoedTakesASecondWhateverIsShownAfterIt() throws Exception {
    Told told = check("secret", "silent");

    assertThat(told.shown()).isEqualTo("# \r\nsorry\r\n# ");
    assertThat(told.keys()).isEqualTo("secret\n");
  }

  @Test
  void aLineIsTypedBetweenAnswersToAProgramThatAsksOnAndOn() throws Exception {
    String answer = "\u001b[24;1R";

    assertThat(check("a\u0013b", "asked").keys())
        .isEqualTo(answer + "a\u0013" + answer + "\u0011b" + answer + "\r");
  }

  @Test
  void aTerminalThatTakesNoMoreIsTold() throws Exception {
    assertThat(check("deaf").shown()).isEqualTo("stuck\n");
  }
}

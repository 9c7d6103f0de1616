package org.malassay.environments.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.malassay.environments.agent.AgentProtocolTest.frame;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Limits;
import org.malassay.environments.host.Tools;

/**
 * The agent itself, on this machine, at the other end of two pipes. It runs here what is below, a
 * few lines of shell, and nothing else.
 */
@Tag("guest")
@Timeout(60)
class AgentProgramIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Limits LIMITS = new Limits(LONG, 1 << 20, 1 << 20, 9, 1, 1 << 20);

  @TempDir private static Path sources;
  @TempDir private Path folder;

  private Process agent;
  private Transcript told;
  private Commands commands;

  /** As for a container, and as for a machine. */
  @BeforeAll
  static void compile() throws IOException {
    AgentProgram.recipeOfContainers().writeTo(sources);
    compile("agent", List.of());
    compile("agent-with-disk", List.of("-DAGENT_WATCHES_DISK", AgentProgram.DISK));
  }

  private static void compile(String program, List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(
        Tools.compilerFor(Tools.machineHere())
            .orElseThrow(() -> new IOException("no C compiler here; -Dsetup installs one")));
    command.addAll(List.of("-O2", "-Wall", "-Wextra", "-Werror", "-D_FILE_OFFSET_BITS=64"));
    command.addAll(List.of("-o", program));
    command.addAll(words);
    command.addAll(AgentProgram.PARTS);
    Tools.run(command, sources, Duration.ofMinutes(1), line -> {});
  }

  @BeforeEach
  void start() throws IOException {
    agent = new ProcessBuilder(sources.resolve("agent").toString(), "--wait").start();
    told = Transcript.ofLinux(agent.getInputStream(), 1 << 20);
    commands =
        bytes -> {
          agent.getOutputStream().write(bytes);
          agent.getOutputStream().flush();
        };
  }

  @AfterEach
  void end() {
    agent.descendants().forEach(ProcessHandle::destroyForcibly);
    agent.destroyForcibly();
  }

  private String deliver(String name, byte[] bytes) throws Exception {
    String path = folder.resolve(name).toString();
    commands.sendFile(path, bytes.length, new ByteArrayInputStream(bytes), told);
    told.awaitDelivery(LONG);
    return path;
  }

  private Execution run(String script, Limits limits, String... arguments) throws Exception {
    deliver("sample", ("#!/bin/sh\n" + script + "\n").getBytes(UTF_8));
    return run(limits, false, arguments);
  }

  private Execution run(Limits limits, boolean forShell, String... arguments) throws Exception {
    commands.send(AgentProtocol.run(limits, forShell, List.of(arguments)));
    return told.execution(told.awaitEnd(LONG));
  }

  @Test
  void aSampleGoesInAndRunsAndAllOfItIsTold() throws Exception {
    assertThat(told.awaitHello(LONG).machine())
        .isEqualTo(Tools.machineHere().equals("aarch64") ? 0xB7 : 0x3E);
    Execution execution = run("echo \"out $1$2\"; echo err >&2; exit 3", LIMITS, "a b", "");
    assertThat(execution.ending()).isEqualTo(new Ending.Exited(3));
    assertThat(execution.stdout().text()).isEqualTo("out a b\n");
    assertThat(execution.stdout().total()).isEqualTo(8);
    assertThat(execution.stderr().text()).isEqualTo("err\n");
    assertThat(execution.refusedForks()).isZero();
  }

  @Test
  void aFileOfManyPiecesArrivesAsItWasExecutable() throws Exception {
    byte[] bytes = new byte[3 * Commands.CHUNK + 5];
    new java.util.Random(5).nextBytes(bytes);
    Path path = Path.of(deliver("in/a/folder", bytes));
    assertThat(path).hasBinaryContent(bytes).isExecutable();
  }

  @Test
  void commandsThatComeByteByByteAreTheSame() throws Exception {
    byte[] script = "#!/bin/sh\nexit 7\n".getBytes(UTF_8);
    String path = folder.resolve("sample").toString();
    byte[] header = AgentProtocol.file(path, script.length);
    byte[] run = AgentProtocol.run(LIMITS, false, List.of("x"));
    ByteBuffer all = ByteBuffer.allocate(header.length + script.length + run.length);
    all.put(header).put(script).put(run);
    for (byte b : all.array()) {
      commands.send(new byte[] {b});
    }
    assertThat(told.awaitEnd(LONG).ending()).isEqualTo(new Ending.Exited(7));
  }

  @Test
  void theTimeLimitStopsASample() throws Exception {
    Limits brief = new Limits(Duration.ofMillis(200), 1, 1, 1, 1, 1 << 20);
    Execution execution = run("echo x; exec sleep 50", brief);
    assertThat(execution.ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(execution.duration()).isBetween(Duration.ofMillis(200), Duration.ofSeconds(20));
  }

  @Test
  void aSampleIsStoppedForTheReasonThatTheHostGives() throws Exception {
    deliver("sample", "#!/bin/sh\nexec sleep 50\n".getBytes(UTF_8));
    commands.send(AgentProtocol.run(LIMITS, false, List.of()));
    commands.send(AgentProtocol.stop(Limit.DISK));
    commands.send(AgentProtocol.stop(Limit.TIME)); // the first one counts
    assertThat(told.awaitEnd(LONG).ending()).isEqualTo(new Ending.Stopped(Limit.DISK));
  }

  @Test
  void aFileThatGrowsTooLargeEndsItsSample() throws Exception {
    Limits little = new Limits(LONG, 1, 1, 1, 1, 4096);
    assertThat(run("exec head -c 8192 /dev/zero >\"$0.grown\"", little).ending())
        .isEqualTo(new Ending.Stopped(Limit.DISK));
    assertThat(folder.resolve("sample.grown")).hasSize(4096);
  }

  @Test
  void outputBeyondItsLimitIsCountedAndDropped() throws Exception {
    Limits little = new Limits(LONG, 1000, 1, 1, 1, 1 << 20);
    Execution execution = run("head -c 3000000 /dev/zero; echo bye >&2", little);
    assertThat(execution.ending()).isEqualTo(new Ending.Exited(0));
    assertThat(execution.stdout().head()).hasSize(1000);
    assertThat(execution.stdout().total()).isEqualTo(3_000_000);
    assertThat(execution.stderr().text()).isEqualTo("bye\n");
  }

  @Test
  void whatTheKernelRefusesIsToldByTheNameOfTheError() throws Exception {
    deliver("sample", "echo no format".getBytes(UTF_8));
    Execution execution = run(LIMITS, false);
    assertThat(execution.ending()).isEqualTo(new Ending.Refused("ENOEXEC"));
  }

  @Test
  void aShellTakesWhatTheKernelDoesNotKnowIfItIsToldTo() throws Exception {
    deliver("sample", "echo \"by a shell: $1\"".getBytes(UTF_8));
    assertThat(run(LIMITS, true, "yes").stdout().text()).isEqualTo("by a shell: yes\n");
  }

  private GuestFile read(String name, int most) throws Exception {
    return told.read(commands, folder.resolve(name).toString(), most, LONG);
  }

  private static GuestFile unreadable(String why) {
    return GuestFile.unreadable(why);
  }

  @Test
  void whatASampleLeavesIsReadWhateverItsNameIs() throws Exception {
    byte[] bytes = new byte[100_003];
    new java.util.Random(7).nextBytes(bytes);
    Files.write(folder.resolve("before"), bytes);
    Thread.sleep(20); // a tick of the clock that files are dated by, and more
    run("cp before 'a\nb ..;'; chmod +x 'a\nb ..;'; : >empty", LIMITS);

    GuestFile left = read("a\nb ..;", 1 << 20);
    assertThat(left.contents().head()).isEqualTo(bytes);
    assertThat(left.contents().total()).isEqualTo(bytes.length);
    assertThat(left.changed()).isTrue();
    assertThat(read("before", 5))
        .satisfies(
            old -> {
              assertThat(old.contents().head()).isEqualTo(Arrays.copyOf(bytes, 5));
              assertThat(old.contents().total()).isEqualTo(bytes.length);
              assertThat(old.changed()).isFalse();
            });
    assertThat(read("empty", 5))
        .satisfies(
            empty -> {
              assertThat(empty.kind()).isEqualTo(GuestFile.Kind.READ);
              assertThat(empty.contents().total()).isZero();
            });
  }

  @Test
  @Timeout(20)
  void nothingThatASamplePutsInTheWayIsReadOrWaitedFor() throws Exception {
    run(
        "mkfifo pipe; ln -s /etc/passwd link; mkdir folder; ln -s folder way; echo x >folder/in;"
            + " truncate -s 1T huge; echo gone >gone; rm gone",
        new Limits(LONG, 1, 1, 1, 1, 1L << 41));

    assertThat(read("pipe", 9)).isEqualTo(unreadable("it is a pipe"));
    assertThat(read("link", 9)).isEqualTo(unreadable("it is a symbolic link"));
    assertThat(read("gone", 9)).isEqualTo(unreadable("it is not there"));
    assertThat(read("folder/in/x", 9)).isEqualTo(unreadable("reading it failed: ENOTDIR"));
    assertThat(read("x".repeat(300), 9)).isEqualTo(unreadable("reading it failed: ENAMETOOLONG"));
    assertThat(told.read(commands, "/n\0n", 9, LONG))
        .isEqualTo(unreadable("no file has such a name"));
    assertThat(read("folder", 9)).isEqualTo(GuestFile.NO_FILE);
    assertThat(read("../../../../dev/zero", 9)).isEqualTo(GuestFile.NO_FILE);
    assertThat(read("../../../../proc/kmsg", 9)).isEqualTo(GuestFile.NO_FILE);
    assertThat(read("../../../../proc/self/mem", 9)).isEqualTo(GuestFile.NO_FILE);
    assertThat(read("way/../folder/in", 9).contents().text()).isEqualTo("x\n");
    GuestFile huge = read("huge", 3 << 20);
    assertThat(huge.contents().head()).hasSize(3 << 20);
    assertThat(huge.contents().total()).isEqualTo(1L << 40);
  }

  @Test
  @Timeout(20)
  void aFileThatGrowsWhileItIsReadEndsAtItsBound() throws Exception {
    run(
        "head -c 1000000 /dev/zero >grows; (exec >grows 2>/dev/null; yes) & sleep 0.1",
        new Limits(LONG, 1, 1, 1, 1, 64 << 20));

    GuestFile grown = read("grows", 2 << 20);
    assertThat(grown.kind()).isEqualTo(GuestFile.Kind.READ);
    assertThat(grown.contents().head()).hasSizeLessThanOrEqualTo(2 << 20);
  }

  /** What is asked after that of an agent that is gone is not waited for. */
  @Test
  @Timeout(20)
  void anAgentThatIsGoneIsSilent() throws Exception {
    run("exit 0", LIMITS);
    agent.destroyForcibly();
    assertThat(read("x", 9)).isEqualTo(GuestFile.SILENT);
    assertThat(told.used(commands, LONG)).isEmpty();
  }

  @Test
  void whereNobodyCountsWhatAGuestUsesTheAgentSaysSo() throws Exception {
    assertThat(told.used(commands, LONG)).as("it is in no container here").isEmpty();
  }

  @Test
  void aSignalIsTold() throws Exception {
    assertThat(run("kill -SEGV $$", LIMITS).ending()).isEqualTo(new Ending.Signaled(11));
  }

  @Test
  void aServiceThatIsNotThereIsToldByTheError() throws Exception {
    for (int i = 0; i < 2; i++) {
      Transcript.Answer answer = told.ask(commands, AgentProtocol.probe(LONG), LONG);
      assertThat(answer.bytes().remaining()).isZero();
      assertThat(answer.end().error()).isPresent();
    }
  }

  @Test
  void theAgentEndsWithItsInput() throws Exception {
    told.awaitHello(LONG);
    agent.getOutputStream().close();
    assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.exitValue()).isZero();
  }

  private static byte[] named(int length, String name) {
    byte[] bytes = name.getBytes(UTF_8);
    return frame(
        'F', ByteBuffer.allocate(2 + bytes.length).putShort((short) length).put(bytes).array());
  }

  private static byte[] order(int words, boolean ended) {
    byte[] order = new byte[32 + words + (ended ? 0 : 1)];
    if (!ended) {
      order[order.length - 1] = 'x';
    }
    return frame('R', order);
  }

  static Stream<Arguments> commandsThatAreNone() {
    return Stream.of(
        Arguments.of("unknown command 63", frame('?', new byte[0])),
        Arguments.of("unknown command 0", new byte[5]),
        Arguments.of("unknown command 255", frame((char) 255, new byte[0])),
        Arguments.of("malformed command to run", frame('R', new byte[0])),
        Arguments.of("malformed command to run", frame('R', new byte[31])),
        Arguments.of("malformed command to run", order(1025, true)),
        Arguments.of("malformed command to run", order(3, false)),
        Arguments.of("command too long", frame('R', new byte[33 * 1024])),
        Arguments.of("command too long", frame('?', new byte[100_000])),
        Arguments.of("no file name", frame('F', new byte[0])),
        Arguments.of("no file name", frame('F', new byte[1])),
        Arguments.of("no file name", frame('G', new byte[7])),
        Arguments.of("no file name", named(9, "/tmp/x")),
        Arguments.of("not an absolute path: relative", named(8, "relative")),
        Arguments.of("not an absolute path: ", named(0, "")),
        Arguments.of("name too long", named(5000, "/".repeat(5000))),
        Arguments.of("open /dev/null/x: ENOTDIR", named(11, "/dev/null/x")),
        Arguments.of("open /dev/null: EEXIST", named(9, "/dev/null")));
  }

  /**
   * Who speaks to it is no sample; but what is not understood is told, and nothing else is done.
   */
  @ParameterizedTest
  @MethodSource
  void commandsThatAreNone(String message, byte[] command) throws Exception {
    commands.send(command);
    assertThatThrownBy(() -> told.awaitEnd(LONG))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the guest's agent gave up: " + message);
    agent.getOutputStream().close();
    assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.exitValue()).isEqualTo(70);
  }

  @Test
  void aSecondSampleEndsTheAgent() throws Exception {
    assertThat(run("exit 0", LIMITS).ending()).isEqualTo(new Ending.Exited(0));
    commands.send(AgentProtocol.run(LIMITS, false, List.of()));
    agent.getOutputStream().close();
    assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.exitValue()).isEqualTo(70);
  }

  /** What has a recipe of its own names what there is; a part that none names would be missed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "machine/guest.sh",
        "container/machine/build-image.sh",
        "unikernel-linux/build-image.sh"
      })
  void everyPartIsCompiledEverywhere(String script) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("agent"))) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(it -> it.endsWith(".c")))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      AgentProgram.PARTS.stream(), Stream.of(AgentProgram.DISK, AgentProgram.LOG))
                  .toList());
    }
    assertThat(Path.of(script)).content().contains(" " + String.join(" ", AgentProgram.PARTS));
  }
}

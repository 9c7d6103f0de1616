package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.FacetState.Kind;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.environments.contract.ToldEvents;

class EmulatorLogTest {
  private static final String SIX = "sin6_family=AF_INET6,sin6_port=htons(23),";

  private record Told(List<Event> events, Map<Facet, FacetState> states) implements ToldEvents {
    List<String> words() {
      return all(SystemCall.class).stream()
          .map(
              call ->
                  "%s(%s) %s"
                      .formatted(
                          call.name(),
                          String.join(", ", call.arguments()),
                          call.error().orElse(Long.toString(call.result()))))
          .toList();
    }
  }

  /** What is told of a log that comes in pieces of three bytes. */
  private static Told read(String text, boolean isEnded) throws Exception {
    List<Event> events = new ArrayList<>();
    EmulatorLog log = new EmulatorLog(events::add, List.of("/tmp/sample", "a word"), "/tmp");
    byte[] bytes = text.getBytes(UTF_8);
    for (int i = 0; i < bytes.length; i += 3) {
      log.take(ByteBuffer.wrap(bytes, i, Math.min(3, bytes.length - i)));
    }
    if (isEnded) {
      log.take(ByteBuffer.allocate(0));
    }
    assertThat(log.awaitEnd(Duration.ZERO)).isEqualTo(isEnded);
    return new Told(events, log.finish());
  }

  private static Told read(String text) throws Exception {
    return read(text, true);
  }

  @Test
  void callsAreToldWithPathsFlagsAndResultsAsByARecorder() throws Exception {
    Told told =
        read(
            """
            7 brk(NULL) = 0x00077000
            7 Unknown syscall 398
            7 openat(AT_FDCWD,"x",O_WRONLY|O_CREAT|O_CLOEXEC,0644) = 4
            7 write(4,0x574d0,36) = 36
            7 close(4) = 0
            7 chmod("/absent",0755) = -1 errno=2 (No such file or directory)
            7 rename("x","/tmp/../y") = 0
            7 socket(PF_INET,SOCK_STREAM,IPPROTO_IP) = 4
            7 connect(4,0x408007f4,16) = -1 errno=111 (Connection refused)
            7 bind(4,{sin_family=AF_INET,sin_port=htons(23),sin_addr=inet_addr("127.0.0.1")}, 16) = 0
            7 prctl(15,357636,100,357636,1082132468,1) = 0
            7 kill(7,SIGUSR1) = 0
            7 exit_group(7)""");

    assertThat(told.words())
        .containsExactly(
            "openat(AT_FDCWD, \"x\", O_WRONLY|O_CREAT|O_CLOEXEC, 0644) 4",
            "write(4, 0x574d0, 36) 36",
            "close(4) 0",
            "chmod(\"/absent\", 0755) ENOENT",
            "rename(\"x\", \"/tmp/../y\") 0",
            "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) 4",
            "connect(4, 0x408007f4, 16) ECONNREFUSED",
            "bind(4, 127.0.0.1:23, 16) 0",
            "prctl(PR_SET_NAME, 0x57504) 0",
            "kill(7, SIGUSR1) 0");
    assertThat(told.calls("write").get(0).path()).contains("/tmp/x");
    assertThat(told.calls("rename").get(0).target()).contains("/y");
    assertThat(told.calls("bind").get(0).endpoint()).contains(new Endpoint("127.0.0.1", 23));
    assertThat(told.all(ProgramStarted.class))
        .extracting(ProgramStarted::program, ProgramStarted::arguments)
        .containsExactly(tuple("/tmp/sample", List.of("/tmp/sample", "a word")));
    assertThat(told.all(ProcessEnded.class))
        .extracting(ProcessEnded::status)
        .containsExactly(OptionalInt.of(7));
    assertThat(told.events()).extracting(Event::origin).containsOnly(Origin.EMULATOR_LOG);
    assertThat(told.counted("brk")).isEqualTo(1);
    assertThat(told.states().values()).containsOnly(FacetState.OBSERVED);
  }

  /**
   * As qemu-user 7.2 wrote it: what the child does stands between a call of its parent's and its
   * result.
   */
  @Test
  void processesThatWriteIntoEachOthersLinesAreToldApart() throws Exception {
    Told told =
        read(
            """
            7 clone(CLONE_CHILD_CLEARTID|0x11,child_stack=0x00000000,tls=0x00000000) = 8
            7 wait4(-1,0,0,0,0,466944) = 0
            8 unlink("/absent/child") = -1 errno=2 (No such file or directory)
            8 execve("./t",{"./t","a child",NULL})8 brk(NULL) = 0x00077000
            8 exit_group(3) = 8
            7 unlink("/absent/parent") = -1 errno=2 (No such file or directory)
            7 exit_group(0)""");

    assertThat(told.all(SystemCall.class))
        .extracting(SystemCall::process, SystemCall::name, SystemCall::result)
        .containsExactly(
            tuple(7, "clone", 8L),
            tuple(8, "unlink", -2L),
            tuple(8, "execve", 0L),
            tuple(7, "wait4", 8L),
            tuple(7, "unlink", -2L));
    assertThat(told.all(ProcessBegun.class))
        .extracting(ProcessBegun::process, ProcessBegun::parent)
        .containsExactly(tuple(7, 1), tuple(8, 7));
    assertThat(told.all(ProgramStarted.class).get(1).arguments()).containsExactly("./t", "a child");
    assertThat(told.states().values()).containsOnly(FacetState.OBSERVED);
  }

  @Test
  void aNameWithLineEndsMakesNoCallUp() throws Exception {
    Told told =
        read(
            """
            7 mkdir("/tmp/a
            55 unlink("b") = 0
            ",0700) = 0
            7 exit_group(0)""");

    assertThat(told.all(SystemCall.class))
        .singleElement()
        .satisfies(call -> assertThat(call.path()).contains("/tmp/a\n55 unlink(\"b\") = 0\n"));
    assertThat(told.all(ProcessBegun.class)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 execve(\"/bin/sh\",{\"sh\",NULL})|CUT|a program was started that writes no log",
        "7 fork() = 8;8 getpid() = 8;7 exit_group(0)|CUT|does not tell how 1 of them ended",
        "7 fork() = 8;7 kill(8,SIGKILL) = 0;7 exit_group(0)|OBSERVED|",
        "7 exit_group(1)8 nanosleep(0x1,|OBSERVED|",
        "|MISSING|qemu-user wrote no log of it"
      })
  void whatTheLogDoesNotTellIsSaid(String log, Kind kind, String why) throws Exception {
    FacetState processes =
        read(log == null ? "" : log.replace(';', '\n')).states().get(Facet.PROCESSES);

    assertThat(processes.kind()).isEqualTo(kind);
    assertThat(processes.why()).contains(Optional.ofNullable(why).orElse(""));
  }

  @Test
  void resultsThatMayBeOfSeveralCallsAreCountedAsLost() throws Exception {
    Told told =
        read(
            """
            7 fork() = 8
            7 getppid()8 close(3)7 close(4) = 0
             = -1 errno=9 (Bad file descriptor)
            7 exit_group(0)8 exit_group(0)""");

    assertThat(told.calls("close")).isEmpty();
    assertThat(told.states().get(Facet.CALLS).kind()).isEqualTo(Kind.CUT);
    assertThat(told.states().get(Facet.CALLS).lost()).isPositive();
  }

  @Test
  void whateverComesIsKeptWithinBoundsAndNothingFails() throws Exception {
    Random chance = new Random(7);
    String[] pieces = {
      "7 ",
      "8 ",
      "openat(",
      "\"",
      ",",
      ")",
      " = 3\n",
      "\n",
      "{",
      "}",
      "execve(",
      "fork() = 9\n",
      " = -1 errno=99999 (x)\n",
      "0x",
      "18446744073709551616",
      "bind(3,{sin_family=AF_INET,sin_port=htons(99999),sin_addr=inet_addr(\"999.1.1.1\")})",
      "exit_group(",
      "clone(CLONE_THREAD",
      "kill(99999999999,SIGKILL) = 0\n"
    };
    for (int round = 0; round < 200; round++) {
      StringBuilder log = new StringBuilder("7 getpid() = 7\n");
      for (int i = 0; i < 200; i++) {
        log.append(pieces[chance.nextInt(pieces.length)]);
      }
      assertThat(read(log.toString()).states()).hasSize(2);
    }
    byte[] noise = new byte[300_000];
    chance.nextBytes(noise);
    assertThat(read("7 getpid() = 7\n" + new String(noise, ISO_8859_1)).states()).hasSize(2);
  }

  /** As a sample could write it: it finds the pipe, and is root. */
  static Stream<Arguments> hostileLogs() {
    String waiting =
        IntStream.range(100, 200).mapToObj("%d execve()"::formatted).collect(joining())
            + "2 fork()3 fork()"
            + " = 5\n".repeat(100);
    return Stream.of(
        arguments("line ends in a call", "", "1 a(" + "x".repeat(16_000) + "\n".repeat(65)),
        arguments("line ends in a call without end", "1 a(", "\n"),
        arguments("calls over line ends", "", "1 a(\n)"),
        arguments("calls before line ends", "1 a()".repeat(3000) + "1 a(", "\n"),
        arguments("arguments over line ends", "1 a(", ",".repeat(300) + "\n"),
        arguments("quotes", "", "1 bind(3,{" + SIX + "\"a\"".repeat(5000) + "}x)\n"),
        arguments("results of nobody knows whom", "2 a()3 a()", " = 5\n"),
        arguments("calls beside many that wait", waiting, "8 a()\n"),
        arguments("results beside many that wait", waiting, "8 a() = 0\n"),
        arguments("programs beside many that wait", waiting, "8 execve()8 a() = -1 errno=2\n"),
        arguments(
            "threads beside many that wait", waiting, "8 clone(CLONE_THREAD)8 exit_group()\n"),
        arguments("folders in folders", "", "1 chdir(\"a\") = 0\n"),
        arguments("folders of descriptors", "", "1 openat(3,\"a\") = 3\n"),
        arguments("roots in roots", "", "1 chroot(\"/a\") = 0\n"));
  }

  /** A thirty-second of what the agent passes on. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("hostileLogs")
  void aHostileLogIsReadInATimeThatGrowsWithItsLengthOnly(String name, String first, String more) {
    byte[] log = (first + more.repeat((1 << 20) / more.length())).getBytes(UTF_8);
    EmulatorLog reader = new EmulatorLog(event -> {}, List.of("/tmp/sample"), "/tmp");

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          reader.take(ByteBuffer.wrap("1 getpid() = 1\n".getBytes(UTF_8)));
          reader.take(ByteBuffer.wrap(log));
          assertThat(reader.finish()).hasSize(2);
        });
  }

  @Test
  void callsThatLinuxDoesNotHaveAreCountedTogether() throws Exception {
    StringBuilder log = new StringBuilder("7 getpid() = 7\n");
    for (int i = 0; i < 3000; i++) {
      log.append("7 made_up_%d() = -1 errno=38 (Function not implemented)\n".formatted(i));
    }
    Told told = read(log + "7 exit_group(0)\n");

    assertThat(told.all(CallsCounted.class))
        .extracting(CallsCounted::name, CallsCounted::calls, CallsCounted::failed)
        .containsExactly(
            tuple("getpid", 1L, 0L),
            tuple("call_other", 3000L, 3000L),
            tuple("exit_group", 1L, 0L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "61000|''|N getpid() = N;|more than 60000 processes",
        "1100|''|N getpid() = N;|more than 1024 processes with threads, or that nobody made",
        "300|''|N pause()|more than 256 calls and results at one time",
        "300|7 a()8 a()|' = 5;'|more than 256 calls and results at one time"
      })
  void whatIsBeyondABoundIsNotKeptAndSaidToBeCut(int times, String first, String each, String why)
      throws Exception {
    StringBuilder log = new StringBuilder("7 getpid() = 7\n" + first);
    for (int i = 0; i < times; i++) {
      log.append(each.replace("N", Integer.toString(100 + i)).replace(';', '\n'));
    }
    FacetState processes = read(log.toString()).states().get(Facet.PROCESSES);

    assertThat(processes.kind()).isEqualTo(Kind.CUT);
    assertThat(processes.why()).contains(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LINES", "BYTES"})
  void aCallThatGoesOnTooLongIsLeftOutAndSaidToBeCut(String what) throws Exception {
    String name = what.equals("LINES") ? "a\n".repeat(65) : "a".repeat(17 << 10);
    Told told = read("7 unlink(\"" + name + "\") = 0\n7 unlink(\"b\") = 0\n7 exit_group(0)\n");

    assertThat(told.calls("unlink"))
        .singleElement()
        .satisfies(call -> assertThat(call.path()).contains("/tmp/b"));
    assertThat(told.states().values())
        .containsOnly(FacetState.cut(0, "a call in its log has more than 16 KiB or 64 lines"));
  }

  @Test
  void anAddressOfSixIsRead() throws Exception {
    Told told = read("7 bind(3,{" + SIX + "inet_pton(\"fe80::1\",x)},28) = 0\n7 exit_group(0)\n");

    assertThat(told.calls("bind").get(0).endpoint()).contains(new Endpoint("fe80::1", 23));
  }

  @Test
  void whatIsBeyondTheAgentsBoundIsSaidToBeCut() throws Exception {
    List<Event> events = new ArrayList<>();
    EmulatorLog log = new EmulatorLog(events::add, List.of("/tmp/sample"), "/tmp");
    byte[] calls =
        "7 access(\"/absent\",F_OK) = -1 errno=2 (No such file)\n".repeat(1000).getBytes(UTF_8);
    for (long all = 0; all < 32L << 20; all += calls.length) {
      log.take(ByteBuffer.wrap(calls));
    }

    assertThat(log.finish().get(Facet.CALLS))
        .isEqualTo(FacetState.cut(0, "its log has more than 32 MiB"));
  }
}

package org.malassay.verdict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts;
import org.malassay.elf.ElfFacts.Endianness;
import org.malassay.elf.ElfFacts.FloatAbi;
import org.malassay.elf.ElfFacts.Linkage;
import org.malassay.elf.ElfFacts.Loading;
import org.malassay.elf.ElfFacts.ObjectType;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Exited;
import org.malassay.environment.Ending.GuestDown;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Ending.NotAsLinux;
import org.malassay.environment.Ending.Refused;
import org.malassay.environment.Ending.Signaled;
import org.malassay.environment.Ending.Stopped;
import org.malassay.environment.Execution;
import org.malassay.environment.Output;
import org.malassay.sample.FileFacts;
import org.malassay.sample.FileFacts.FileType;
import org.malassay.verdict.Verdict.Outcome;

class VerdictRuleTest {
  private static final String LOADER = "/lib/ld-linux-armhf.so.3";
  private static final FileFacts STATIC = elf(Linkage.STATIC, Optional.empty(), false);
  private static final FileFacts DYNAMIC = elf(Linkage.DYNAMIC, Optional.of(LOADER), false);
  private static final FileFacts TRUNCATED = elf(Linkage.STATIC, Optional.empty(), true);
  private static final FileFacts SCRIPT = FileFacts.script("/bin/bash");

  private static FileFacts elf(Linkage linkage, Optional<String> interpreter, boolean truncated) {
    return elf(Architecture.ARM, ObjectType.EXECUTABLE, linkage, interpreter, truncated);
  }

  private static FileFacts elf(
      Architecture architecture,
      ObjectType type,
      Linkage linkage,
      Optional<String> interpreter,
      boolean truncated) {
    return FileFacts.elf(
        new ElfFacts(
            32,
            Endianness.LITTLE,
            architecture,
            40,
            type,
            "EABI5",
            FloatAbi.HARD,
            linkage,
            interpreter,
            List.of(),
            true,
            false,
            truncated,
            Loading.LOADED,
            false,
            0));
  }

  private static Execution execution(Ending ending, String stderr, boolean outOfMemory) {
    return execution(ending, stderr, outOfMemory, 0);
  }

  private static Execution execution(
      Ending ending, String stderr, boolean outOfMemory, int survivors) {
    byte[] bytes = stderr.getBytes(UTF_8);
    return new Execution(
        ending,
        Instant.EPOCH,
        Duration.ofMillis(5),
        Optional.empty(),
        Output.NONE,
        new Output(bytes, bytes.length),
        outOfMemory,
        survivors);
  }

  private static Verdict after(FileFacts facts, Execution execution) {
    return VerdictRule.afterRunning(facts, execution, List.of());
  }

  private static String text(Verdict verdict) {
    return verdict.outcome() + verdict.cause().map(cause -> " " + cause).orElse("");
  }

  static Stream<Arguments> run() {
    return Stream.of(
        // the flow chart
        row("exit 0", STATIC, new Exited(0), "", "EXECUTABLE"),
        row("still running", STATIC, new Stopped(Limit.TIME), "", "EXECUTABLE"),
        row("filled the disk", STATIC, new Stopped(Limit.DISK), "", "EXECUTABLE"),
        row("took the guest down", STATIC, new GuestDown("reset"), "", "EXECUTABLE"),
        row("exit 1", STATIC, new Exited(1), "", "NOT_EXECUTABLE exit status: 1"),
        row("exit 124 of its own", STATIC, new Exited(124), "", "NOT_EXECUTABLE exit status: 124"),
        row("exit 139 of its own", STATIC, new Exited(139), "", "NOT_EXECUTABLE exit status: 139"),
        // signals
        row("SIGILL", STATIC, new Signaled(4), "", "NOT_EXECUTABLE illegal instruction"),
        row("SIGABRT", STATIC, new Signaled(6), "", "NOT_EXECUTABLE abort"),
        row("SIGBUS", STATIC, new Signaled(7), "", "NOT_EXECUTABLE bus error"),
        row("SIGSEGV", STATIC, new Signaled(11), "", "NOT_EXECUTABLE segmentation fault"),
        row("SIGTERM", STATIC, new Signaled(15), "", "NOT_EXECUTABLE signal: SIGTERM"),
        row("SIGKILL", STATIC, new Signaled(9), "", "NOT_EXECUTABLE signal: SIGKILL"),
        row("real-time", STATIC, new Signaled(34), "", "NOT_EXECUTABLE signal: SIGRTMIN+2"),
        row(
            "qemu-user says why",
            STATIC,
            new Signaled(11),
            "qemu: uncaught target signal 11 (Segmentation fault) - core dumped\n",
            "NOT_EXECUTABLE segmentation fault"),
        // an interpreter that is absent: kernel, qemu-user, shell
        row(
            "ENOENT",
            DYNAMIC,
            new Refused("ENOENT"),
            "",
            "NOT_EXECUTABLE missing interpreter: " + LOADER),
        row(
            "shell 127",
            DYNAMIC,
            new Exited(127),
            "sh: 1: /root/sample: not found\n",
            "NOT_EXECUTABLE missing interpreter: " + LOADER),
        row(
            "script ENOENT",
            SCRIPT,
            new Refused("ENOENT"),
            "",
            "NOT_EXECUTABLE missing interpreter: /bin/bash"),
        row("255 of its own", DYNAMIC, new Exited(255), "", "NOT_EXECUTABLE exit status: 255"),
        row("127 of its own", DYNAMIC, new Exited(127), "", "NOT_EXECUTABLE exit status: 127"),
        // libraries and symbols, by each dynamic linker
        row(
            "glibc library",
            DYNAMIC,
            new Exited(127),
            "/root/x: error while loading shared libraries: libfoo.so.1: cannot open shared object"
                + " file: No such file or directory\n",
            "NOT_EXECUTABLE missing library: libfoo.so.1"),
        row(
            "musl library",
            DYNAMIC,
            new Exited(127),
            "Error loading shared library libfoo.so.1: No such file or directory (needed by x)\n",
            "NOT_EXECUTABLE missing library: libfoo.so.1"),
        row(
            "uClibc library",
            DYNAMIC,
            new Exited(1),
            "x: can't load library 'libfoo.so.1'\n",
            "NOT_EXECUTABLE missing library: libfoo.so.1"),
        row(
            "Bionic library",
            DYNAMIC,
            new Exited(1),
            "CANNOT LINK EXECUTABLE \"x\": library \"libfoo.so\" not found\n",
            "NOT_EXECUTABLE missing library: libfoo.so"),
        row(
            "glibc version",
            DYNAMIC,
            new Exited(1),
            "x: /lib/libc.so.6: version `GLIBC_9.9' not found (required by x)\n",
            "NOT_EXECUTABLE missing symbol version: GLIBC_9.9"),
        row(
            "glibc symbol",
            DYNAMIC,
            new Exited(127),
            "x: symbol lookup error: x: undefined symbol: foo, version BAR\n",
            "NOT_EXECUTABLE missing symbol: foo"),
        row(
            "musl symbol",
            DYNAMIC,
            new Exited(127),
            "Error relocating x: foo: symbol not found\n",
            "NOT_EXECUTABLE missing symbol: foo"),
        row(
            "a static file only talks of a library",
            STATIC,
            new Exited(127),
            "error while loading shared libraries: libfoo.so.1: cannot open shared object file",
            "NOT_EXECUTABLE exit status: 127"),
        // files that cannot be loaded
        row(
            "ENOEXEC",
            STATIC,
            new Refused("ENOEXEC"),
            "",
            "NOT_EXECUTABLE not an executable format: malformed"),
        row(
            "shell 126",
            STATIC,
            new Exited(126),
            "sh: 1: ./x: Exec format error\n",
            "NOT_EXECUTABLE not an executable format: malformed"),
        row(
            "truncated, refused",
            TRUNCATED,
            new Refused("ENOEXEC"),
            "",
            "NOT_EXECUTABLE not an executable format: truncated"),
        row(
            "the interpreter's name is not there",
            TRUNCATED,
            new Refused("EIO"),
            "",
            "NOT_EXECUTABLE not an executable format: truncated"),
        row(
            "EIO of a disk",
            STATIC,
            new Refused("EIO"),
            "",
            "NOT_EXECUTABLE refused by the kernel: EIO"),
        row(
            "truncated, natively",
            TRUNCATED,
            new Signaled(7),
            "",
            "NOT_EXECUTABLE not an executable format: truncated"),
        row(
            "truncated, under qemu-user",
            TRUNCATED,
            new Signaled(11),
            "",
            "NOT_EXECUTABLE not an executable format: truncated"),
        row(
            "truncated, and exits 1",
            TRUNCATED,
            new Exited(1),
            "",
            "NOT_EXECUTABLE exit status: 1"),
        // permissions and the rest
        row("EACCES", STATIC, new Refused("EACCES"), "", "NOT_EXECUTABLE permission denied"),
        row(
            "shell 126, no permission",
            STATIC,
            new Exited(126),
            "sh: 1: ./x: Permission denied\n",
            "NOT_EXECUTABLE permission denied"),
        row("ENOMEM", STATIC, new Refused("ENOMEM"), "", "NOT_EXECUTABLE out of memory"),
        row(
            "E2BIG",
            STATIC,
            new Refused("E2BIG"),
            "",
            "NOT_EXECUTABLE refused by the kernel: E2BIG"),
        // the emulator's words, or the sample's
        row(
            "not as on Linux",
            STATIC,
            new NotAsLinux("its e_ident"),
            "",
            "INCONCLUSIVE the emulator refuses what Linux runs: its e_ident"),
        row(
            "qemu gave up, or the sample says so and aborts",
            STATIC,
            new Signaled(6),
            "qemu: unhandled CPU exception 0x8 - aborting\n",
            "NOT_EXECUTABLE abort"),
        row(
            "a sample only says that qemu gave up",
            STATIC,
            new Exited(1),
            "qemu: unhandled CPU exception 0x8 - aborting\n",
            "NOT_EXECUTABLE exit status: 1"));
  }

  private static Arguments row(
      String name, FileFacts facts, Ending ending, String stderr, String expected) {
    return arguments(name, facts, ending, stderr, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("run")
  void judgesWhatWasRun(
      String name, FileFacts facts, Ending ending, String stderr, String expected) {
    assertThat(text(after(facts, execution(ending, stderr, false)))).isEqualTo(expected);
  }

  static Stream<Arguments> refusing() {
    return Stream.of(
        // the flow chart stands: who succeeds without what was refused, runs
        calls("exit 0", STATIC, new Exited(0), "EXECUTABLE", "fork ENOSYS"),
        calls("still running", STATIC, new Stopped(Limit.TIME), "EXECUTABLE", "fork ENOSYS"),
        calls("guest down", STATIC, new GuestDown("reset"), "EXECUTABLE", "execve ENOSYS"),
        // processes
        calls(
            "exit 1", STATIC, new Exited(1), "NOT_EXECUTABLE needs a process: fork", "fork ENOSYS"),
        calls(
            "vfork",
            STATIC,
            new Exited(2),
            "NOT_EXECUTABLE needs a process: vfork",
            "vfork EAGAIN"),
        calls(
            "clone",
            STATIC,
            new Exited(2),
            "NOT_EXECUTABLE needs a process: clone",
            "clone ENOSYS"),
        calls(
            "execve",
            STATIC,
            new Exited(127),
            "NOT_EXECUTABLE needs a process: execve",
            "execve ENOSYS"),
        calls(
            "a crash on what fork returned",
            STATIC,
            new Signaled(11),
            "NOT_EXECUTABLE needs a process: fork",
            "fork ENOSYS"),
        calls(
            "an abort",
            STATIC,
            new Signaled(6),
            "NOT_EXECUTABLE needs a process: fork",
            "fork ENOSYS"),
        calls(
            "the last of two",
            STATIC,
            new Exited(1),
            "NOT_EXECUTABLE needs a process: fork",
            "execve ENOSYS",
            "fork ENOSYS"),
        // other calls, and which of several
        calls(
            "any other",
            STATIC,
            new Exited(1),
            "NOT_EXECUTABLE unsupported system call: ptrace",
            "ptrace ENOSYS"),
        calls(
            "a number without a name",
            STATIC,
            new Signaled(11),
            "NOT_EXECUTABLE unsupported system call: syscall_389",
            "syscall_389 ENOSYS"),
        calls(
            "the last of them",
            STATIC,
            new Exited(1),
            "NOT_EXECUTABLE unsupported system call: ptrace",
            "bpf ENOSYS",
            "ptrace ENOSYS"),
        calls(
            "processes go first",
            STATIC,
            new Exited(1),
            "NOT_EXECUTABLE needs a process: fork",
            "ptrace ENOSYS",
            "fork ENOSYS"),
        calls(
            "what C libraries only try",
            STATIC,
            new Exited(1),
            "NOT_EXECUTABLE exit status: 1",
            "rseq ENOSYS",
            "clock_gettime64 ENOSYS",
            "futex_time64 ENOSYS",
            "clone3 ENOSYS",
            "statx ENOSYS"),
        calls(
            "what they try, then what is needed",
            STATIC,
            new Exited(1),
            "NOT_EXECUTABLE needs a process: clone",
            "rseq ENOSYS",
            "clone3 ENOSYS",
            "clone ENOSYS"),
        calls(
            "an ordinary error",
            STATIC,
            new Exited(1),
            "NOT_EXECUTABLE exit status: 1",
            "ptrace EPERM"),
        // what goes before: a file with a hole crashes anywhere
        calls(
            "truncated",
            TRUNCATED,
            new Signaled(11),
            "NOT_EXECUTABLE not an executable format: truncated",
            "fork ENOSYS"),
        // no loader, no interpreter
        calls("no loader", STATIC, new Refused("ENOSYS"), "NOT_EXECUTABLE no loader"),
        calls("no loader for a script", SCRIPT, new Refused("ENOSYS"), "NOT_EXECUTABLE no loader"),
        calls(
            "a dynamic file",
            DYNAMIC,
            new Refused("ELIBACC"),
            "NOT_EXECUTABLE needs an interpreter: " + LOADER),
        calls(
            "a packer's stub that looked for it itself",
            STATIC,
            new Exited(127),
            "NOT_EXECUTABLE needs an interpreter: /lib/ld.so.1",
            "rseq ENOSYS",
            "clone ENOSYS",
            "open:/lib/ld.so.1 ENOENT"),
        calls(
            "a script",
            SCRIPT,
            new Refused("ELIBACC"),
            "NOT_EXECUTABLE needs an interpreter: /bin/bash"),
        calls(
            "an interpreter that only the guest sees",
            STATIC,
            new Refused("ELIBACC"),
            "NOT_EXECUTABLE needs an interpreter"));
  }

  private static UnsupportedCall unsupported(String name, String error) {
    return new UnsupportedCall(Duration.ZERO, Origin.LIBRARY_OS, name, error, 1);
  }

  private static Arguments calls(
      String name, FileFacts facts, Ending ending, String expected, String... refused) {
    List<UnsupportedCall> calls =
        Stream.of(refused)
            .map(call -> unsupported(call.split(" ")[0], call.split(" ")[1]))
            .toList();
    return arguments(name, facts, ending, calls, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusing")
  void judgesWhatWasRunWhereSystemCallsAreMissing(
      String name, FileFacts facts, Ending ending, List<UnsupportedCall> refused, String expected) {
    assertThat(text(VerdictRule.afterRunning(facts, execution(ending, "", false), refused)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, EXECUTABLE",
    "1, 0, NOT_EXECUTABLE exit status: 1",
    "1, 1, 'NOT_EXECUTABLE exit status: 1, a process of it lives on'",
  })
  void aProcessThatLivesOnIsTold(int status, int survivors, String expected) {
    assertThat(text(outlived(new Exited(status), survivors))).isEqualTo(expected);
  }

  @Test
  void aSampleKilledByItsOwnChildIsToldFromADeadOne() {
    assertThat(text(outlived(new Signaled(9), 3)))
        .isEqualTo("NOT_EXECUTABLE signal: SIGKILL, a process of it lives on");
    assertThat(text(outlived(new Signaled(11), 1)))
        .isEqualTo("NOT_EXECUTABLE segmentation fault: a process of it lives on");
    assertThat(text(outlived(new Stopped(Limit.TIME), 1))).isEqualTo("EXECUTABLE");
  }

  private static Verdict outlived(Ending ending, int survivors) {
    return after(STATIC, execution(ending, "", false, survivors));
  }

  @Test
  void whereCallsAreRefusedNoMessageOfAnotherPlaceHidesIt() {
    List<UnsupportedCall> fork = List.of(unsupported("fork", "ENOSYS"));
    String qemu = "qemu: unhandled CPU exception 0x8 - aborting\n";
    String loader = "sh: 1: ./x: Exec format error\n";
    assertThat(
            text(VerdictRule.afterRunning(STATIC, execution(new Signaled(6), qemu, false), fork)))
        .isEqualTo("NOT_EXECUTABLE needs a process: fork");
    assertThat(
            text(VerdictRule.afterRunning(STATIC, execution(new Exited(126), loader, false), fork)))
        .isEqualTo("NOT_EXECUTABLE needs a process: fork");
    assertThat(text(VerdictRule.afterRunning(STATIC, execution(new Signaled(9), "", true), fork)))
        .isEqualTo("NOT_EXECUTABLE out of memory");
  }

  @Test
  void aSampleThatFailsWhereItMetTheLimitOnProcessesGaveUpOfIt() {
    assertThat(afterRefusedForks(new Exited(2))).isEqualTo("NOT_EXECUTABLE out of processes");
    assertThat(afterRefusedForks(new Signaled(6))).isEqualTo("NOT_EXECUTABLE out of processes");
    assertThat(afterRefusedForks(new Signaled(11))).isEqualTo("NOT_EXECUTABLE out of processes");
    assertThat(afterRefusedForks(new Signaled(9))).isEqualTo("NOT_EXECUTABLE signal: SIGKILL");
    assertThat(afterRefusedForks(new Exited(0))).isEqualTo("EXECUTABLE");
    assertThat(afterRefusedForks(new Stopped(Limit.TIME))).isEqualTo("EXECUTABLE");
  }

  private static String afterRefusedForks(Ending ending) {
    return text(
        after(
            STATIC,
            new Execution(
                ending,
                Instant.EPOCH,
                Duration.ofMillis(5),
                Optional.empty(),
                Output.NONE,
                Output.NONE,
                false,
                0,
                172,
                Recording.OFF)));
  }

  @Test
  void wantOfMemoryIsTheCauseOfASigkillAndOfALostGuestOnly() {
    assertThat(text(after(STATIC, execution(new Signaled(9), "", true))))
        .isEqualTo("NOT_EXECUTABLE out of memory");
    assertThat(text(after(STATIC, execution(new GuestDown("x"), "", true))))
        .isEqualTo("NOT_EXECUTABLE out of memory");
    assertThat(text(after(STATIC, execution(new Signaled(11), "", true))))
        .isEqualTo("NOT_EXECUTABLE segmentation fault");
    assertThat(text(after(STATIC, execution(new Exited(0), "", true)))).isEqualTo("EXECUTABLE");
  }

  static Stream<Arguments> notRun() {
    return Stream.of(
        arguments("text", FileFacts.of(FileType.TEXT), "not an executable format: text"),
        arguments("empty", FileFacts.of(FileType.EMPTY), "not an executable format: empty"),
        arguments("data", FileFacts.of(FileType.DATA), "not an executable format: data"),
        arguments(
            "object file",
            elf(Architecture.ARM, ObjectType.RELOCATABLE, Linkage.NONE, Optional.empty(), false),
            "not an executable format: object file"),
        arguments(
            "truncated headers",
            elf(Architecture.ARM, ObjectType.EXECUTABLE, Linkage.NONE, Optional.empty(), true),
            "not an executable format: truncated"),
        arguments(
            "other architecture",
            elf(
                Architecture.X86_64,
                ObjectType.EXECUTABLE,
                Linkage.STATIC,
                Optional.empty(),
                false),
            "wrong architecture: x86-64"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notRun")
  void refusesWithoutRunning(String name, FileFacts facts, String cause) {
    assertThat(
            VerdictRule.beforeRunning(facts, Set.of(Architecture.ARM)).map(VerdictRuleTest::text))
        .contains("NOT_EXECUTABLE " + cause);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void anArchitectureRunsExactlyWhereTheEnvironmentIsMadeForIt(Architecture architecture) {
    FileFacts facts =
        elf(architecture, ObjectType.EXECUTABLE, Linkage.STATIC, Optional.empty(), false);
    assertThat(VerdictRule.beforeRunning(facts, Set.of(architecture))).isEmpty();
    assertThat(VerdictRule.beforeRunning(facts, EnumSet.complementOf(EnumSet.of(architecture))))
        .isPresent();
  }

  @Test
  void aTextThatAShellIsToRunIsRunAndMissesTheShellWhereThereIsNone() {
    FileFacts text = FileFacts.of(FileType.TEXT).withShell();
    assertThat(VerdictRule.beforeRunning(text, Set.of(Architecture.ARM))).isEmpty();
    assertThat(text(after(text, execution(new Refused("ENOENT"), "", false))))
        .isEqualTo("NOT_EXECUTABLE missing interpreter: /bin/sh");
    assertThat(text(after(text, execution(new Refused("ELIBACC"), "", false))))
        .isEqualTo("NOT_EXECUTABLE needs an interpreter: /bin/sh");
  }

  @Test
  void aScriptIsRunWhateverTheArchitecture() {
    assertThat(VerdictRule.beforeRunning(SCRIPT, Set.of(Architecture.ARM))).isEmpty();
  }

  @Test
  void everyEndingOfEveryKindOfFileHasAVerdictAndOnlyTheFlowChartsTwoAreExecutable() {
    List<FileFacts> files = List.of(STATIC, DYNAMIC, TRUNCATED, SCRIPT);
    Stream<Ending> endings =
        Stream.of(
                IntStream.rangeClosed(0, 255).mapToObj(Exited::new),
                IntStream.rangeClosed(1, 64).mapToObj(Signaled::new),
                Stream.of("ENOEXEC", "EACCES", "ENOENT", "ETXTBSY", "ELIBBAD").map(Refused::new))
            .flatMap(endingsOfOneKind -> endingsOfOneKind);
    assertThat(endings)
        .allSatisfy(
            ending ->
                assertThat(files)
                    .allSatisfy(
                        facts ->
                            assertThat(after(facts, execution(ending, "", false)).outcome())
                                .isEqualTo(
                                    ending.equals(new Exited(0))
                                        ? Outcome.EXECUTABLE
                                        : Outcome.NOT_EXECUTABLE)));
  }

  @Test
  @Timeout(10)
  void outputMadeToSlowThePatternsDoesNot() {
    for (String piece :
        List.of(
            "ERROR:", "undefined symbol: ", "qemu-", "version `", "library \"", "-binfmt-P: ")) {
      String hostile = piece.repeat(1 << 17);
      assertThat(after(DYNAMIC, execution(new Exited(255), hostile, false)).outcome()).isNotNull();
    }
  }

  @Test
  void aVerdictHasACauseExactlyWhenItIsNotExecutable() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> new Verdict(Outcome.EXECUTABLE, Optional.of(Cause.of(Cause.Type.ABORT)))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> new Verdict(Outcome.NOT_EXECUTABLE, Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

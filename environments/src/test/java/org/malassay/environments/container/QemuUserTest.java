package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts;
import org.malassay.elf.ElfFacts.Endianness;
import org.malassay.elf.ElfFacts.FloatAbi;
import org.malassay.elf.ElfFacts.Linkage;
import org.malassay.elf.ElfFacts.Loading;
import org.malassay.elf.ElfFacts.ObjectType;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Exited;
import org.malassay.environment.Ending.NotAsLinux;
import org.malassay.environment.Ending.Refused;
import org.malassay.environment.Ending.Signaled;
import org.malassay.environment.Execution;
import org.malassay.environment.Limits;
import org.malassay.environment.Output;
import org.malassay.environments.container.Witness.Finding;

class QemuUserTest {
  private static final String LD = "/lib/ld-linux-armhf.so.3";
  private static final Optional<String> NONE = Optional.empty();
  private static final ElfFacts STATIC = elf(NONE, Loading.LOADED, false);
  private static final ElfFacts DYNAMIC = elf(Optional.of(LD), Loading.LOADED, false);
  private static final ElfFacts NO_STACK = elf(NONE, Loading.LOADED, true);

  private static ElfFacts elf(Optional<String> interpreter, Loading loading, boolean noStack) {
    return elf(Architecture.ARM, interpreter, loading, noStack, 0);
  }

  static ElfFacts elf(
      Architecture architecture,
      Optional<String> interpreter,
      Loading loading,
      boolean noStack,
      long zeroed) {
    return new ElfFacts(
        32,
        Endianness.LITTLE,
        architecture,
        40,
        ObjectType.EXECUTABLE,
        "EABI5",
        FloatAbi.HARD,
        interpreter.isPresent() ? Linkage.DYNAMIC : Linkage.STATIC,
        interpreter,
        List.of(),
        true,
        false,
        false,
        loading,
        noStack,
        zeroed);
  }

  private static Execution execution(Ending ending, String stderr) {
    byte[] bytes = stderr.getBytes(UTF_8);
    return new Execution(
        ending,
        Instant.EPOCH,
        Duration.ofMillis(5),
        Optional.empty(),
        Output.NONE,
        new Output(bytes, bytes.length),
        false,
        0);
  }

  static Stream<Arguments> before() {
    Limits limits = new Limits(Duration.ofSeconds(1), 1, 256 << 20, 1, 1, 1);
    return Stream.of(
        arguments(elf(NONE, Loading.REFUSED, false), limits, new Refused("ENOEXEC")),
        arguments(elf(NONE, Loading.UNREADABLE, false), limits, new Refused("EIO")),
        arguments(elf(NONE, Loading.KILLED, false), limits, new Signaled(11)),
        arguments(elf(Optional.of(""), Loading.LOADED, false), limits, new Refused("EACCES")),
        arguments(zeroed((256 << 20) + 1), limits, new Signaled(11)),
        arguments(zeroed(256 << 20), limits, null),
        arguments(DYNAMIC, limits, null),
        arguments(elf(Architecture.X86_64, NONE, Loading.KILLED, false, 0), limits, null));
  }

  private static ElfFacts zeroed(long bytes) {
    return elf(Architecture.ARM, NONE, Loading.LOADED, false, bytes);
  }

  @ParameterizedTest
  @MethodSource("before")
  void whatLinuxDoesBeforeTheFirstInstructionStandsInTheFile(
      ElfFacts elf, Limits limits, Ending expected) {
    assertThat(QemuUser.beforeFirstInstruction(elf, limits))
        .isEqualTo(Optional.ofNullable(expected));
  }

  static Stream<Arguments> after() {
    String debians = "/usr/libexec/qemu-binfmt/arm-binfmt-P: ";
    String notOpened = "Could not open '" + LD + "': No such file or directory\n";
    String invalid = ": Invalid ELF image for this architecture\n";
    return Stream.of(
        // an interpreter that is absent, a folder, or none
        row(DYNAMIC, 255, "qemu-arm-static: " + notOpened, null, new Refused("ENOENT")),
        row(DYNAMIC, 255, debians + notOpened, null, new Refused("ENOENT")),
        row(DYNAMIC, 255, debians + "Could not open '/etc/x': ...\n", Finding.OWN, null),
        row(STATIC, 255, debians + notOpened, Finding.OWN, null),
        row(
            DYNAMIC,
            255,
            debians + LD + ": Error reading file header: Is a directory\n",
            null,
            new Refused("EACCES")),
        row(DYNAMIC, 255, debians + LD + invalid, Finding.LOADER, new Refused("ELIBBAD")),
        row(DYNAMIC, 255, "", null, null),
        row(DYNAMIC, 1, debians + notOpened, null, null),
        // the file itself: the words alone are the sample's, too
        row(STATIC, 255, debians + "/tmp/x" + invalid, Finding.OWN, null),
        row(
            STATIC,
            255,
            debians + "/tmp/x" + invalid,
            Finding.LOADER,
            new NotAsLinux(
                "its headers (/tmp/x: Invalid ELF image for this architecture);"
                    + " -Dcontainer.kernel=arm runs it")),
        // the kernel did not know what to do with it
        arguments(
            STATIC,
            execution(new Refused("ENOEXEC"), ""),
            null,
            new NotAsLinux(
                "what its header has where Linux does not look; -Dcontainer.kernel=arm runs it")),
        arguments(STATIC, execution(new Refused("EACCES"), ""), null, null),
        // crashes
        arguments(
            STATIC,
            execution(new Signaled(7), ""),
            Finding.WORDS,
            new NotAsLinux("several words at an odd address; -Dcontainer.kernel=arm runs it")),
        arguments(STATIC, execution(new Signaled(7), ""), Finding.OWN, null),
        arguments(STATIC, execution(new Signaled(7), ""), Finding.DATA, null),
        arguments(
            NO_STACK,
            execution(new Signaled(11), ""),
            Finding.DATA,
            new NotAsLinux(
                "data as code, as the file has no PT_GNU_STACK; -Dcontainer.kernel=arm runs it")),
        arguments(NO_STACK, execution(new Signaled(11), ""), Finding.OWN, null),
        arguments(STATIC, execution(new Signaled(11), ""), null, null),
        arguments(STATIC, execution(new Signaled(6), ""), null, null));
  }

  private static Arguments row(
      ElfFacts elf, int status, String stderr, Finding finding, Ending expected) {
    return arguments(elf, execution(new Exited(status), stderr), finding, expected);
  }

  /**
   * @param finding what the witness says; null where it must not be asked
   */
  @ParameterizedTest
  @MethodSource("after")
  void howItEndedIsToldAsLinuxEndsItOrIsNotTold(
      ElfFacts elf, Execution execution, Finding finding, Ending expected) throws Exception {
    QemuUser.Question question =
        () -> {
          if (finding == null) {
            throw new AssertionError("nobody had to ask");
          }
          return finding;
        };
    assertThat(QemuUser.asOnLinux(elf, execution, question))
        .isEqualTo(Optional.ofNullable(expected));
  }

  /** Its words can be the sample's own: the verdict stays one on the sample. */
  @Test
  void anAbortInItsWordsIsToldFromOthers() throws Exception {
    String words = "qemu: unhandled CPU exception 0x8 - aborting\n";
    Execution abort = execution(new Signaled(6), "x\n" + words);
    assertThat(QemuUser.note(abort))
        .contains(
            "aborted in the words of an emulator that gives up: the emulator did, or the sample");
    assertThat(QemuUser.asOnLinux(STATIC, abort, () -> Finding.OWN)).isEmpty();
    String assertion = "ERROR:../accel/tcg/cpu-exec.c:958:cpu_exec_setjmp: should not be reached\n";
    assertThat(QemuUser.note(execution(new Signaled(6), assertion))).isPresent();
    assertThat(QemuUser.note(execution(new Signaled(6), "qemu"))).isEmpty();
    assertThat(QemuUser.note(execution(new Exited(134), words))).isEmpty();
  }

  @Test
  void programsForOthersAreLeftAlone() throws Exception {
    ElfFacts other = elf(Architecture.AARCH64, NONE, Loading.LOADED, false, 0);
    assertThat(
            QemuUser.asOnLinux(other, execution(new Refused("ENOEXEC"), ""), () -> Finding.LOADER))
        .isEmpty();
  }

  @Test
  @Timeout(10)
  void outputMadeToSlowThePatternsDoesNot() throws Exception {
    for (String piece : List.of("qemu-", "-binfmt-P: ", "Could not open '", "ERROR:")) {
      assertThat(QemuUser.note(execution(new Signaled(6), piece.repeat(1 << 17)))).isEmpty();
      assertThat(
              QemuUser.asOnLinux(
                  DYNAMIC, execution(new Exited(255), piece.repeat(1 << 17)), () -> Finding.OWN))
          .isEmpty();
    }
  }
}

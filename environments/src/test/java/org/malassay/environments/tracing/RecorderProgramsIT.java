package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environments.host.Tools;

/** The recorder's programs, compiled here; run without the rights to record. */
@Tag("guest")
@Timeout(180)
class RecorderProgramsIT {
  private static final String FIT = "--run 1a2b3c4d --ring 64 --bounds 1,2,3,4,5";

  @ParameterizedTest
  @ValueSource(strings = {"x86_64", "aarch64"})
  void areCompiledOnceForEachKernel(String machine) throws IOException {
    RecorderPrograms programs = new RecorderPrograms(machine);
    Path folder = programs.get();
    var made = Files.getLastModifiedTime(folder.resolve(RecorderPrograms.RECORDER));

    assertThat(programs.get()).isEqualTo(folder);
    assertThat(Files.getLastModifiedTime(folder.resolve(RecorderPrograms.RECORDER)))
        .isEqualTo(made);
    assertThat(folder.resolve(RecorderPrograms.CHECK)).isExecutable();
  }

  @Test
  void anotherKernelHasNone() {
    assertThatThrownBy(() -> new RecorderPrograms("riscv64").get())
        .isInstanceOf(IOException.class)
        .hasMessage("there is no recorder for kernels of riscv64");
  }

  @Test
  void whatIsMissingToCompileThemIsNamedWithWhatInstallsIt(
      @org.junit.jupiter.api.io.TempDir Path empty) throws Exception {
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Compiles.class.getName());
    java.environment().put("PATH", empty.toString());
    java.environment().put("XDG_CACHE_HOME", empty.toString());

    assertThat(said(java))
        .startsWith("the recorder cannot be compiled, for this machine lacks clang,")
        .contains("gcc-arm-linux-gnueabihf: run again with -Dsetup, which installs them");
  }

  /** With another view of the machine. */
  static final class Compiles {
    public static void main(String[] arguments) throws IOException {
      try {
        new RecorderPrograms(Tools.machineHere()).get();
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static String said(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return text;
  }

  /** What the recorder says on its standard error, run as nobody. */
  private static String recorder(String arguments, String... prefix) throws Exception {
    Path program =
        new RecorderPrograms(Tools.machineHere()).get().resolve(RecorderPrograms.RECORDER);
    Path copy =
        Files.copy(
            program,
            Files.createTempFile("recorder", ""),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try {
      copy.toFile().setExecutable(true, false);
      copy.toFile().setReadable(true, false);
      List<String> command = new ArrayList<>(List.of(prefix));
      if (System.getProperty("user.name").equals("root")) {
        command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
      }
      command.add(copy.toString());
      command.addAll(Arrays.asList(arguments.split(" ", -1)));
      return said(
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())));
    } finally {
      Files.delete(copy);
    }
  }

  @Test
  void aUserWithoutTheRightIsToldWhichOneItTakes() throws Exception {
    assertThat(recorder(FIT))
        .contains("recorder: no permission for eBPF: it takes CAP_SYS_ADMIN in the machine's first")
        .doesNotContain("verif");
  }

  @Test
  void aKernelThatIsTooOldIsNamed() throws Exception {
    assertThat(recorder(FIT, "setarch", "--uname-2.6"))
        .containsPattern(
            "recorder: the kernel 2\\.6\\.\\S+ is too old, it takes 5\\.17 or a later one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--run 1a2b --ring 64 --bounds 1,2,3,4,5",
        "--run 1a2b3c4x --ring 64 --bounds 1,2,3,4,5",
        "--run 1a2b3c4d --ring 65 --bounds 1,2,3,4,5",
        "--run 1a2b3c4d --ring 64 --bounds 1,2,3,4",
        "--run 1a2b3c4d --ring 64",
        "--run 1a2b3c4d --ring 64 --bounds 1,2,3,4,5 --other x",
        "--run 1a2b3c4d --ring 64 --bounds 1,2,3,4,5 --port /no/port"
      })
  void argumentsThatDoNotFitAreRefused(String arguments) throws Exception {
    assertThat(recorder(arguments))
        .containsPattern(
            "recorder: (wrong: --|--run takes eight|--ring and --bounds are|/no/port cannot)");
  }
}

package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environments.contract.ServicesProfile;
import org.malassay.environments.host.Tools;
import org.malassay.profile.ProfileFormats;

/**
 * The Docker engine takes a profile, can start a container under it, and has what it forbids
 * refused. The program is this machine's own: of one for another architecture the filter would see
 * the emulator's calls.
 */
@Tag("guest")
@Timeout(300)
class SeccompProfileIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String IMAGE = "malassay-test-seccomp-" + ProcessHandle.current().pid();

  /** Without a C library, which would make calls that the service does not. */
  private static final String PROGRAM =
      """
      #include <sys/syscall.h>
      static long call(long number, long one, long two, long three) {
      #if defined(__x86_64__)
        long result;
        __asm__ volatile("syscall"
                         : "=a"(result)
                         : "a"(number), "D"(one), "S"(two), "d"(three)
                         : "rcx", "r11", "memory");
        return result;
      #else
        register long x8 __asm__("x8") = number;
        register long x0 __asm__("x0") = one;
        register long x1 __asm__("x1") = two;
        register long x2 __asm__("x2") = three;
        __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
        return x0;
      #endif
      }
      void _start(void) {
        long result = call(SYS_fchmodat, -100, (long)"/program", 0700);
        const char *text = result == 0 ? "passed " : result == -1 ? "refused" : "strange";
        call(SYS_write, 1, (long)text, 7);
        call(SYS_exit_group, 0, 0, 0);
      }
      """;

  @TempDir private Path folder;

  private List<String> run(String... command) throws IOException {
    List<String> lines = new ArrayList<>();
    Tools.run(List.of(command), folder, PATIENCE, lines::add);
    return lines;
  }

  @BeforeEach
  void makeImage() throws IOException {
    Files.writeString(folder.resolve("program.c"), PROGRAM);
    run(
        "gcc",
        "-static",
        "-nostdlib",
        "-ffreestanding",
        "-fno-stack-protector",
        "-Os",
        "-o",
        "program",
        "program.c");
    run("tar", "-cf", "image.tar", "program");
    run("docker", "import", "--change", "ENTRYPOINT [\"/program\"]", "image.tar", IMAGE);
  }

  @AfterEach
  void removeImage() throws IOException {
    run("docker", "rmi", IMAGE);
  }

  @Test
  void theEngineStartsAContainerUnderTheProfileAndWhatThatForbidsIsRefused() throws Exception {
    Files.writeString(
        folder.resolve("docker.json"), ProfileFormats.docker(ServicesProfile.calls()));
    assertThat(run("docker", "run", "--rm", "--network=none", IMAGE)).containsExactly("passed ");
    assertThat(
            run(
                "docker",
                "run",
                "--rm",
                "--network=none",
                "--security-opt=seccomp=docker.json",
                "--security-opt=no-new-privileges",
                IMAGE))
        .containsExactly("refused");
  }
}

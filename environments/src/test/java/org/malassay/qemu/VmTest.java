package org.malassay.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.GuestException;

class VmTest {
  @Test
  @Timeout(20)
  void anEmulatorThatIsNotThereOrGivesUpIsToldAtOnceAndLeavesNothing() throws Exception {
    for (List<String> command :
        List.of(List.of("qemu-system-nothing"), List.of("cat", "--", "/no/such/kernel"))) {
      Path folder = Vm.newFolder();
      assertThatThrownBy(() -> Vm.start(command, folder, Set.of()))
          .isInstanceOf(GuestException.class)
          .hasMessageContaining("QEMU did not start: ")
          .hasMessageContaining(command.get(command.size() - 1));
      assertThat(folder).doesNotExist();
    }
  }

  @Test
  void onlyTheFoldersOfProcessesThatAreGoneAreSwept() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path orphan = Files.createTempDirectory("malassay-qemu-" + gone.pid() + "-");
    Files.writeString(orphan.resolve("ram"), "x");
    Path other = Files.createTempDirectory("malassay-qemu-notes-");
    Path alive = Vm.newFolder();
    Process left = sleepIn(orphan); // as a QEMU whose shell was killed
    Process ours = sleepIn(alive);
    try {
      Vm.sweep();

      assertThat(orphan).doesNotExist();
      assertThat(alive).exists();
      assertThat(other).exists();
      assertThat(left.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(ours.isAlive()).isTrue();
    } finally {
      left.destroyForcibly();
      ours.destroyForcibly();
      Files.delete(alive);
      Files.delete(other);
    }
  }

  private static Process sleepIn(Path folder) throws Exception {
    return new ProcessBuilder("sleep", "600").directory(folder.toFile()).start();
  }
}

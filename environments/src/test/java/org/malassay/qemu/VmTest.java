package org.malassay.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
    try {
      Vm.sweep();

      assertThat(orphan).doesNotExist();
      assertThat(alive).exists();
      assertThat(other).exists();
    } finally {
      Files.delete(alive);
      Files.delete(other);
    }
  }
}

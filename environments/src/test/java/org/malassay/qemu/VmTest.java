package org.malassay.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VmTest {
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

package org.malassay.environments.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Owner;
import org.malassay.environments.host.Timeouts;
import org.malassay.files.Folders;

class VmTest {
  @Test
  @Timeout(20)
  void anEmulatorThatIsNotThereOrGivesUpIsToldAtOnceAndLeavesNothing() throws Exception {
    for (List<String> command :
        List.of(List.of("qemu-system-nothing"), List.of("cat", "--", "/no/such/kernel"))) {
      Path folder = Vm.newFolder();
      assertThatThrownBy(
              () -> Vm.start(command, folder, Set.of(), new Timeouts(1), Network.restricted()))
          .isInstanceOf(GuestException.class)
          .hasMessageContaining("QEMU did not start: ")
          .hasMessageContaining(command.get(command.size() - 1));
      assertThat(folder).doesNotExist();
    }
  }

  @Test
  void aThreadThatHasEndedLeavesNothingToTellOfWhatWasUsed() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    long here = ProcessHandle.current().pid();

    assertThat(Vm.used(List.of(here)).orElseThrow().memoryBytes().orElseThrow()).isPositive();
    assertThat(Vm.used(List.of(ended.pid()))).isEmpty();
    assertThat(Vm.used(List.of(here, ended.pid()))).isEmpty();
  }

  @Test
  void onlyTheFoldersOfProcessesThatAreGoneAreSwept() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    Owner dead = Owner.of(gone.toHandle());
    gone.waitFor();
    Instant now = Instant.now();
    Duration life = Duration.ofMinutes(5);
    // In another namespace of processes, whose numbers mean nothing here, with the same /tmp.
    Owner elsewhere = new Owner("elsewhere", dead.pid(), dead.started());
    Path orphan = folderOf(dead.marks(now, life));
    Path expired = folderOf(elsewhere.marks(now.minus(Duration.ofDays(1)), life));
    Path unseen = folderOf(elsewhere.marks(now, life));
    Path unmarked = folderOf(Map.of());
    Path other = Files.createTempDirectory("malassay-qemu-notes-");
    Path alive = Vm.newFolder();
    Process left = sleepIn(orphan); // as a QEMU whose shell was killed
    Process ours = sleepIn(alive);
    try {
      Vm.sweep();

      assertThat(orphan).doesNotExist();
      assertThat(expired).doesNotExist();
      assertThat(List.of(unseen, unmarked, other, alive)).allSatisfy(it -> assertThat(it).exists());
      assertThat(left.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(ours.isAlive()).isTrue();
    } finally {
      left.destroyForcibly();
      ours.destroyForcibly();
      for (Path folder : List.of(unseen, unmarked, other, alive)) {
        Folders.delete(folder);
      }
    }
  }

  /** A machine's folder that somebody else has made. */
  private static Path folderOf(Map<String, String> marks) throws Exception {
    Path folder = Vm.newFolder();
    Properties properties = new Properties();
    properties.putAll(marks);
    try (Writer out = Files.newBufferedWriter(folder.resolve("owner"))) {
      properties.store(out, null);
    }
    return folder;
  }

  private static Process sleepIn(Path folder) throws Exception {
    return new ProcessBuilder("sleep", "600").directory(folder.toFile()).start();
  }
}

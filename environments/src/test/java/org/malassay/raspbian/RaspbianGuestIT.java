package org.malassay.raspbian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.guest.Assay;
import org.malassay.guest.LinuxGuestContract;
import org.malassay.options.Options;
import org.malassay.qemu.Leftovers;
import org.malassay.sample.Architecture;
import org.malassay.sample.FileFacts;
import org.malassay.sample.FileFacts.FileType;
import org.malassay.sample.Sample;

/** Real machines under QEMU, real ARM programs. */
@Timeout(1200) // the first one builds the image
class RaspbianGuestIT extends LinuxGuestContract {
  @Override
  protected Environment open(Limits limits) throws Exception {
    return new RaspbianProvider().open(Options.of(Map.of()), limits, "it");
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    Leftovers.assertNone();
  }

  @Override
  protected String agent() {
    return "/usr/local/sbin/malassay-agent";
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(10);
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(30);
  }

  @Test
  void tellsHowARMCodeIsExecuted() {
    assertThat(environment().architectures())
        .containsExactlyInAnyOrder(Architecture.ARM, Architecture.AARCH64);
    assertThat(environment().facts()).containsKeys("machine", "image", "recipe", "template");
    assertThat(environment().facts().get("arm code"))
        .matches("qemu-system-aarch64 \\d.* \\(TCG\\), kernel \\d.*");
  }

  @Test
  void theEvidenceTellsTheProcessorTimeThatTheHostGave() throws Exception {
    Assay assay = assay("short", "return 0;");
    assertThat(assay.evidence().resolve("host.txt")).content().contains("processor time");
  }

  @Test
  void aGuestThatTheSampleSwitchesOffIsDownByTheSample() throws Exception {
    Assay assay = assay(arm().text("off", "#!/bin/sh\npoweroff -ff\nsleep 60\n"));
    assertThat(assay.execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest was switched off"));
    assertThat(assay.after().available()).isFalse();
    assertThat(assay.evidence().resolve("console.log")).exists();
  }

  @Test
  void aGuestThatTheSampleRebootsIsDownByTheSample() throws Exception {
    assertThat(
            assay(arm().text("reboots", "#!/bin/sh\nreboot -ff\nsleep 60\n")).execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest was rebooted"));
  }

  @Test
  void aKernelPanicIsToldByTheConsole() throws Exception {
    assertThat(
            assay(arm().text("panics", "#!/bin/sh\necho c > /proc/sysrq-trigger\nsleep 60\n"))
                .execution()
                .ending())
        .isEqualTo(new Ending.GuestDown("the guest's kernel panicked"));
  }

  @Test
  void aSampleThatIsTooLargeForTheDiskIsSaidToBe(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("large");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(3L << 30);
    }
    Sample large =
        new Sample(
            "large", file, "0".repeat(64), "0".repeat(32), 3L << 30, FileFacts.of(FileType.DATA));
    try (Guest guest = environment().start()) {
      assertThatThrownBy(() -> guest.deliver(large))
          .isInstanceOf(GuestException.class)
          .hasMessageMatching(
              ".* too large for a guest: 3221225472 bytes, and the guest's disk has \\d+ left");
    }
  }

  /** Root in a machine reaches the agent's output: what cannot be so is not taken for its word. */
  @Test
  void anEndThatTheSampleForgesWithNumbersThatCannotBeIsNotBelieved() throws Exception {
    Assay assay =
        assay(
            "forges",
            """
            unsigned char end[54] = {'X', 0, 0, 0, 49}; char path[64];
            memset(end + 42, 0xff, 4); end[26] = 0x7f; end[10] = 0x80;
            sprintf(path, "/proc/%d/fd/1", getppid());
            int f = open(path, O_WRONLY); write(f, "C\\0\\0\\0\\016fork ENOSYS 9\\n", 19);
            write(f, end, sizeof end); sleep(60);
            """);
    assertThat(assay.execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest's SSH session was ended"));
    assertThat(assay.execution().survivors()).isZero();
    assertThat(assay.execution().stdout().total()).isZero();
    assertThat(assay.execution().duration()).isBetween(Duration.ZERO, assay.wall());
    assertThat(assay.execution().refusedCalls()).isEmpty();
  }

  @Test
  void aSampleThatKillsEverythingElseEndsTheSession() throws Exception {
    assertThat(assay("kills", "kill(-1, SIGKILL); sleep(60);").execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest's SSH session was ended"));
  }
}

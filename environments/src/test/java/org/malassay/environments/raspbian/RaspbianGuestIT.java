package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.elf.Architecture;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.LinuxGuestContract;
import org.malassay.environments.contract.OddElf;
import org.malassay.environments.qemu.Leftovers;

/** Real machines under QEMU, real ARM programs. */
@Timeout(1200) // the first one builds the image
class RaspbianGuestIT extends LinuxGuestContract {
  @Override
  protected Environment open(Limits limits) throws Exception {
    return RaspbianHarness.open(Map.of(), limits);
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
    return Duration.ofSeconds(5);
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
  void asManyStartAtOnceAsThereAreProcessorsAndTheOthersTellHowLongTheyWaited() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    Callable<Duration> guestThatWaits = this::waitedForAGuest;
    ExecutorService threads = Executors.newFixedThreadPool(2 * processors);
    try {
      List<Duration> waits = new ArrayList<>();
      for (Future<Duration> guest :
          threads.invokeAll(Collections.nCopies(2 * processors, guestThatWaits))) {
        waits.add(guest.get());
      }
      assertThat(waits.stream().sorted().skip(processors))
          .as("no guest is there sooner")
          .allMatch(waited -> waited.toMillis() > 50);
    } finally {
      threads.shutdownNow();
    }
  }

  private Duration waitedForAGuest() throws Exception {
    try (Guest guest = environment().start()) {
      return guest.waited();
    }
  }

  /** All in one guest: what is said of Linux in the table is what this one does. */
  @Test
  void oddFilesEndAsTheTableSays() throws Exception {
    Map<String, OddElf.Odd> table = OddElf.table(arm());
    Assay assay = assay(OddElf.driver(arm(), table));
    assertThat(OddElf.told(assay.execution().stdout().text())).isEqualTo(OddElf.linux(table));
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
  void aSampleThatIsTooLargeForTheDiskIsSaidToBe() throws Exception {
    RaspbianHarness.assertThatTooLargeIsTold(environment(), arm().large(3L << 30));
  }

  /** Root in a machine reaches the agent's output: what cannot be so is not taken for its word. */
  @Test
  void anEndThatTheSampleForgesWithNumbersThatCannotBeIsNotBelieved() throws Exception {
    Assay assay =
        assay(
            "forges",
            """
            unsigned char end[54] = {'X', 0, 0, 0, 49};
            memset(end + 42, 0xff, 4); end[26] = 0x7f; end[10] = 0x80;
            int f = syscall(438, syscall(434, getppid(), 0), 1, 0); /* pidfd_getfd, pidfd_open */
            write(f, "C\\0\\0\\0\\016fork ENOSYS 9\\n", 19);
            write(f, end, sizeof end); sleep(60);
            """);
    assertThat(assay.execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest's agent was ended"));
    assertThat(assay.execution().survivors()).isZero();
    assertThat(assay.execution().stdout().total()).isZero();
    assertThat(assay.execution().duration()).isBetween(Duration.ZERO, assay.wall());
    assertThat(assay.unsupported()).isEmpty();
  }

  @Test
  void aSampleThatKillsEverythingElseEndsTheSession() throws Exception {
    assertThat(assay("kills", "kill(-1, SIGKILL); sleep(60);").execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest's agent was ended"));
  }
}

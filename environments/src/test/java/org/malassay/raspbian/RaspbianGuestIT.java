package org.malassay.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.guest.Assay;
import org.malassay.guest.LinuxGuestContract;
import org.malassay.guest.OddElf;
import org.malassay.options.Options;
import org.malassay.qemu.Leftovers;
import org.malassay.sample.Architecture;

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
  void aSampleThatKillsEverythingElseEndsTheSession() throws Exception {
    assertThat(assay("kills", "kill(-1, SIGKILL); sleep(60);").execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest's SSH session was ended"));
  }
}

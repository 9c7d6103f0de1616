package org.malassay.firmware.survey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.firmware.survey.MadeUpImages.facts;
import static org.malassay.firmware.survey.MadeUpImages.kernel;
import static org.malassay.firmware.survey.MadeUpImages.mitigations;
import static org.malassay.firmware.survey.MadeUpImages.part;
import static org.malassay.firmware.survey.MadeUpImages.program;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Account;
import org.malassay.firmware.Component;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Mitigations.Pie;
import org.malassay.firmware.Mitigations.Relro;
import org.malassay.firmware.Part;
import org.malassay.firmware.Start;
import org.malassay.firmware.survey.ImageChange.Kind;

class ImageChangesTest {
  private static final FirmwareImage IMAGE =
      new FirmwareImage("a.bin", Path.of("a.bin"), "", "", "", Optional.empty());
  private static final Mitigations STRONG =
      mitigations(Answer.YES, Pie.YES, Relro.FULL, Answer.YES);

  @Test
  void programsAreAddedRemovedHardenedAndWeakened() {
    ImageFacts before =
        facts(
            IMAGE,
            program("/bin/gone", "1".repeat(64), STRONG),
            program(
                "/bin/harder",
                "2".repeat(64),
                mitigations(Answer.YES, Pie.NO, Relro.FULL, Answer.YES)),
            program("/bin/weaker", "3".repeat(64), STRONG),
            program("/bin/same", "4".repeat(64), STRONG),
            program("/bin/rebuilt", "5".repeat(64), STRONG));
    ImageFacts after =
        facts(
            IMAGE,
            program("/bin/harder", "6".repeat(64), STRONG),
            program("/bin/new", "7".repeat(64), STRONG),
            program("/bin/rebuilt", "8".repeat(64), STRONG),
            program("/bin/same", "4".repeat(64), STRONG),
            program(
                "/bin/weaker",
                "9".repeat(64),
                mitigations(Answer.NO, Pie.YES, Relro.FULL, Answer.YES)));
    assertThat(ImageChanges.of(before, after))
        .extracting(it -> it.kind() + " " + it.name() + " " + it.before() + " > " + it.after())
        .satisfiesExactly(
            it -> assertThat(it).isEqualTo("HARDENED /bin/harder no pie > pie"),
            it -> assertThat(it).startsWith("ADDED /bin/new  > program, "),
            it -> assertThat(it).startsWith("CHANGED /bin/rebuilt "),
            it -> assertThat(it).isEqualTo("WEAKENED /bin/weaker nx > no nx"),
            it -> assertThat(it).startsWith("REMOVED /bin/gone program, "));
    assertThat(Gate.weakened(ImageChanges.of(before, after), "old\n.bin"))
        .containsExactly("program /bin/weaker: no nx, and nx in old\\n.bin");
  }

  @Test
  void aSecondProgramOfAPathIsComparedWithWhatThePathHad() {
    Mitigations weak = mitigations(Answer.NO, Pie.YES, Relro.FULL, Answer.YES);
    ImageFacts before = facts(IMAGE, program("/bin/a", "1".repeat(64), STRONG));
    ImageFacts after =
        facts(
            IMAGE,
            program("/bin/a", "1".repeat(64), STRONG),
            program("/bin/a", "2".repeat(64), weak));
    assertThat(ImageChanges.of(before, after))
        .containsExactly(new ImageChange(Kind.WEAKENED, "program", "/bin/a (2)", "nx", "no nx"));
  }

  @Test
  void whatCannotBeToldIsNeitherHardenedNorWeakened() {
    ImageFacts before = facts(IMAGE, program("/bin/a", "1".repeat(64), STRONG));
    ImageFacts after =
        facts(
            IMAGE,
            program(
                "/bin/a",
                "2".repeat(64),
                mitigations(Answer.UNKNOWN, Pie.UNKNOWN, Relro.UNKNOWN, Answer.UNKNOWN)));
    assertThat(ImageChanges.of(before, after))
        .extracting(ImageChange::kind)
        .containsExactly(Kind.CHANGED);
  }

  @Test
  void aKernelIsComparedByWhatBothImagesTell() {
    Kernel.Told on = new Kernel.Told("y", "ikconfig");
    Kernel.Told off = new Kernel.Told("n", "ikconfig");
    Kernel.Told unknown = new Kernel.Told("unknown", "");
    List<Part> parts = List.of(part(Part.State.READ));
    ImageFacts before =
        facts(
            IMAGE,
            parts,
            List.of(kernel(Map.of("aslr", on, "seccomp", off, "kaslr", unknown, "lsm", on))));
    ImageFacts after =
        facts(
            IMAGE,
            parts,
            List.of(kernel(Map.of("aslr", off, "seccomp", on, "kaslr", off, "lsm", on))));
    assertThat(ImageChanges.of(before, after))
        .containsExactly(
            new ImageChange(Kind.WEAKENED, "kernel protection", "aslr", "y", "n"),
            new ImageChange(Kind.HARDENED, "kernel protection", "seccomp", "n", "y"));
    assertThat(ImageChanges.of(before, facts(IMAGE))).isEmpty();
  }

  @Test
  void versionsStartsAndAccountsAreCompared() {
    ImageFacts before =
        whole(
            new Component("busybox", "1.19.4", "/bin/busybox", "rule"),
            new Start("inittab", "/etc/inittab", "/sbin/telnetd", List.of("telnet"), true),
            new Account("root", 0, "des", true, "/etc/shadow"));
    ImageFacts after =
        whole(
            new Component("busybox", "1.36.1", "/bin/busybox", "rule"),
            new Start("inittab", "/etc/inittab", "/sbin/sshd", List.of("ssh"), false),
            new Account("root", 0, "locked", true, "/etc/shadow"));
    assertThat(ImageChanges.of(before, after))
        .extracting(it -> it.kind() + " " + it.what() + " " + it.name())
        .containsExactly(
            "CHANGED component busybox",
            "ADDED start /sbin/sshd (inittab)",
            "REMOVED start /sbin/telnetd (inittab)",
            "HARDENED account root");
  }

  @Test
  void aNewDoorAndANewAccountWithAWeakPasswordWeaken() {
    Component component = new Component("busybox", "1.36.1", "/bin/busybox", "rule");
    ImageFacts before =
        whole(
            component,
            new Start("inittab", "/etc/inittab", "/sbin/sshd", List.of("ssh"), false),
            new Account("root", 0, "locked", false, "/etc/shadow"));
    ImageFacts after =
        new ImageFacts(
            IMAGE,
            "ab".repeat(32),
            1,
            List.of(part(Part.State.READ)),
            1,
            List.of(),
            List.of(component),
            List.of(),
            List.of(
                before.starts().get(0),
                new Start("inittab", "/etc/inittab", "/sbin/telnetd", List.of("telnet"), true)),
            List.of(
                before.accounts().get(0), new Account("support", 0, "des", true, "/etc/shadow")));
    assertThat(Gate.weakened(ImageChanges.of(before, after), "old.bin"))
        .containsExactly(
            "start /sbin/telnetd (inittab): a door for debugging, telnet, /etc/inittab, and none"
                + " in old.bin",
            "account support: password: des, and none in old.bin");
  }

  private static ImageFacts whole(Component component, Start start, Account account) {
    return new ImageFacts(
        IMAGE,
        "ab".repeat(32),
        1,
        List.of(part(Part.State.READ)),
        1,
        List.of(),
        List.of(component),
        List.of(),
        List.of(start),
        List.of(account));
  }
}

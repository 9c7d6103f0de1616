package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.OddElf;
import org.malassay.environments.host.Timeouts;
import org.malassay.sample.Sample;

/** The library OS that loads programs. */
class UnikernelGuestIT extends UnikernelContract {
  @Override
  KernelProvider provider() {
    return new UnikernelProvider();
  }

  @Test
  void itsImageIsAsSmallAsAUnikernels() {
    assertThat(environment().facts().get("image size"))
        .matches("\\d+ bytes")
        .satisfies(
            size ->
                assertThat(Integer.parseInt(size.replace(" bytes", "")))
                    .isLessThanOrEqualTo(160_000));
  }

  @Test
  void oddFilesEndAsOnLinux() throws Exception {
    SoftAssertions all = new SoftAssertions();
    for (Map.Entry<String, OddElf.Odd> odd : OddElf.table(arm()).entrySet()) {
      Ending expected =
          switch (odd.getKey()) {
            case "an interpreter: a folder", "an interpreter: absent" ->
                new Ending.Refused("ELIBACC"); // it is not even looked for
            case "ldm nowhere", "stm to code" ->
                new Ending.Signaled(11); // as on kernels of 32 bits
            default -> odd.getValue().linux();
          };
      all.assertThat(assay(arm().bytes("odd", odd.getValue().file())).execution().ending())
          .as(odd.getKey())
          .isEqualTo(expected);
    }
    all.assertAll();
  }

  @Test
  void aGuestThatDoesNotComeUpSaysWhyAndItsConsoleIsEvidence() throws Exception {
    UnikernelMachine tooSmall = new UnikernelMachine(Kernels.get(Kernel.LOADER), 4);
    try (Environment small =
        new UnikernelEnvironment(Kernel.LOADER, tooSmall, limits(), Map.of(), new Timeouts(1))) {
      assertThatThrownBy(small::start)
          .isInstanceOfSatisfying(
              GuestException.class,
              failure ->
                  assertThat(new String(failure.evidence().get(Piece.CONSOLE), UTF_8))
                      .contains("panic: no memory"))
          .message()
          .matches(
              "the unikernel does not answer .*; the last line of its console.log: panic: no memory"
                  + " .*");
    }
  }

  @Test
  void whatTheUnikernelLacksIsToldAndKept() throws Exception {
    Assay assay =
        assay(
            "forks",
            """
            for (int i = 0; i < 3; i++) if (syscall(SYS_fork) != -1 || errno != ENOSYS) return 9;
            if (fork() != -1) return 9; // which glibc makes a clone
            execl("/bin/sh", "sh", NULL);
            return 1;
            """);
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(1));
    assertThat(assay.unsupported())
        .containsSubsequence("fork ENOSYS 3", "clone ENOSYS 1", "execve ENOSYS 1");
  }

  @Test
  void whatWasRefusedIsKeptWhenTheSampleTakesTheGuestDown() throws Exception {
    Assay assay =
        assay(
            "forks-and-reboots",
            """
            fork(); socket(AF_NETLINK, SOCK_RAW, 0); sleep(1);
            syscall(SYS_reboot, 0xfee1dead, 0x28121969, 0x01234567, NULL);
            """);
    assertThat(assay.execution().ending()).isInstanceOf(Ending.GuestDown.class);
    assertThat(assay.unsupported()).containsExactly("clone ENOSYS 1", "socket EAFNOSUPPORT 1");
  }

  @Test
  void aProgramThatExitsAtOnceLacksNothing() throws Exception {
    assertThat(assay("exits", "return 0;").unsupported()).isEmpty();
  }

  @Test
  void aTextNeedsAnInterpreterWhereAShellIsToRunIt() throws Exception {
    Sample text = arm().text("text", "exit 0\n");
    assertThat(assay(text).execution().ending()).isEqualTo(new Ending.Refused("ENOEXEC"));
    assertThat(assay(ArmPrograms.forShell(text)).execution().ending())
        .isEqualTo(new Ending.Refused("ELIBACC"));
  }

  @Test
  void aProgramThatLooksForItsInterpreterItselfHasThatTold() throws Exception {
    String stub = "open(\"/etc/none\", 0); open(\"%s\", 0); _exit(%d);";
    String ld = "/lib/ld-uClibc.so.0";
    assertThat(assay("stub", stub.formatted(ld, 127)).unsupported())
        .contains("open:" + ld + " ENOENT 1");
    for (String other : List.of(stub.formatted(ld, 1), stub.formatted("/etc/ld.so", 127))) {
      assertThat(assay("other", other).unsupported())
          .filteredOn(call -> call.startsWith("open:/lib"))
          .isEmpty();
    }
  }

  @Test
  void aScriptNeedsAnInterpreter() throws Exception {
    assertThat(assay(arm().text("script", "#!/bin/sh\nexit 0\n")).execution().ending())
        .isEqualTo(new Ending.Refused("ELIBACC"));
  }

  @Test
  void aSampleThatRewritesTheServersMemoryIsSeenFromOutsideAndTheNextGuestIsPristine()
      throws Exception {
    // The kernel's own view of all memory; there is no wall between it and the sample.
    Assay assay =
        assay(
            "rewrites",
            """
            char *at = (char *)0xc0010000, *to = (char *)0xc1000000;
            for (; at < to; at++)
              if (at[0] == '<' && memcmp(at, "<title>", 7) == 0) at[1] = 'X';
            puts("done");
            """);
    assertThat(assay.execution().stdout().text()).isEqualTo("done\n");
    assertThat(assay.after().bodySha256()).isNotEqualTo(assay.before().bodySha256());
    Assay next = assay("next", "return 0;");
    assertThat(next.after().bodySha256()).isEqualTo(assay.before().bodySha256());
  }

  @Test
  void aSampleThatWipesTheServerTakesTheGuestDownAndTheNextOneIsPristine() throws Exception {
    Assay assay = assay("wipes", "memset((char *)0xc0010000, 0xff, 0x20000); for (;;) pause();");
    assertThat(assay.execution().ending())
        .satisfiesAnyOf(
            ending -> assertThat(ending).isInstanceOf(Ending.GuestDown.class),
            ending -> assertThat(ending).isEqualTo(new Ending.Stopped(Limit.TIME)));
    assertThat(assay.after().available()).isFalse();
    assertThat(assay("next", "return 0;").after().available()).isTrue();
  }

  @Test
  void anExceptionInTheKernelIsAPanicThatTheConsoleTells() throws Exception {
    // The sample has the kernel's rights: it takes its mode, in which no exception is a sample's.
    Assay assay = assay("panics", "asm volatile(\"cps #0x13\\n .word 0xe7f000f0\");");
    assertThat(assay.execution().ending()).isInstanceOf(Ending.GuestDown.class);
    assertThat(assay.after().available()).isFalse();
    assertThat(assay.evidence().resolve("console.log")).content().containsPattern("(?m)^panic: ");
  }
}

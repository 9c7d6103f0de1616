package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Execution;
import org.malassay.environment.Opening;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.internet.InternetChoice;
import org.malassay.environments.internet.MachineInternet;
import org.malassay.environments.machine.GuestStarter;
import org.malassay.environments.machine.Machine;
import org.malassay.environments.machine.MachineEnvironment;
import org.malassay.environments.machine.Session;
import org.malassay.environments.qemu.Qemu;
import org.malassay.options.Options;

/**
 * The container waits in the template, created and started: each clone of it must be a fresh one.
 */
class ArmKernelPristineIT extends ArmKernelHarness {
  private static final Duration CLOCK = Duration.ofSeconds(2);

  /** All that a sample sees of who was there before: files, mounts, processes, its own names. */
  private static final String LOOK =
      script(
          """
          echo files $(find / -xdev -path /proc -prune -o -path /sys -prune -o -path /tmp/looks \
            -prune -o ! -path /tmp -exec ls -ldn --time-style=+%s {} + 2>/dev/null | sort | sha256sum)
          echo mounts $(sort /proc/mounts | sha256sum)
          names=$(for p in /proc/[0-9]*; do read -r name <$p/comm && echo $name; done 2>/dev/null)
          echo processes $(echo "$names" | sort -u)
          echo name $(cat /etc/hostname) $(cat /proc/sys/kernel/hostname)
          echo machine $(cat /etc/machine-id 2>&1)
          echo clock $(date +%s)
          echo random $(cat /proc/sys/kernel/random/uuid) $(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' ')
          """);

  private record Look(Map<String, String> lines, Instant before, Instant after) {}

  private Look look() throws Exception {
    Instant before = Instant.now();
    Execution execution = assay(arm().text("looks", LOOK)).execution();
    Map<String, String> lines =
        execution
            .stdout()
            .text()
            .lines()
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    assertThat(lines)
        .as(execution.stderr().text())
        .containsOnlyKeys("files", "mounts", "processes", "name", "machine", "clock", "random");
    return new Look(lines, before, Instant.now());
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(30);
  }

  /**
   * The host name goes on beginning as that of all guests, which the project's own samples look
   * for. The image has no machine id, and gets none.
   */
  @Test
  void twoClonesHaveTheRightTimeAndRandomNumbersAndNamesOfTheirOwnAndAllElseAlike()
      throws Exception {
    Set<String> drawn = new LinkedHashSet<>();
    List<Look> looks = List.of(look(), look());
    for (Look look : looks) {
      assertThat(Instant.ofEpochSecond(Long.parseLong(look.lines.get("clock"))))
          .isBetween(look.before.minus(CLOCK), look.after.plus(CLOCK));
      for (String number : look.lines.get("random").split(" ")) {
        assertThat(drawn.add(number)).as("drawn before: %s", number).isTrue();
      }
      String name = look.lines.get("name").split(" ")[0];
      assertThat(name).matches("malassay-guest-[0-9a-f]{8}");
      assertThat(look.lines.get("name")).isEqualTo(name + " " + name);
      assertThat(drawn.add(name)).as("a name that another had: %s", name).isTrue();
      assertThat(look.lines.get("machine")).contains("No such file");
    }
    Function<Look, List<String>> alike =
        look -> List.of(look.lines.get("mounts"), look.lines.get("processes"));
    assertThat(alike.apply(looks.get(1))).isEqualTo(alike.apply(looks.get(0)));
    assertThat(looks.get(1).lines.get("files")).isEqualTo(looks.get(0).lines.get("files"));
  }

  /** What no sample sees, but whoever counts machines would. */
  @Test
  void theMachinesUnderThemHaveNamesAndIdsOfTheirOwn() throws Exception {
    Set<String> told = new LinkedHashSet<>();
    for (int i = 0; i < 2; i++) {
      List<String> lines = askMachine("uname -n; cat /etc/hostname /etc/machine-id");
      assertThat(lines).hasSize(3);
      assertThat(lines.get(0)).matches("malassay-machine-[0-9a-f]{8}").isEqualTo(lines.get(1));
      assertThat(lines.get(2)).matches("[0-9a-f]{32}");
      assertThat(told.add(lines.get(0))).as("the name of another").isTrue();
      assertThat(told.add(lines.get(2))).as("the id of another").isTrue();
    }
  }

  private List<String> askMachine(String command) throws Exception {
    Options options = Options.of(Map.of("container.kernel", "arm"));
    Timeouts timeouts = Timeouts.of(options);
    Cache cache = Cache.in(Optional.empty(), ContainerProvider.NAME);
    InternetChoice<MachineInternet> internet =
        InternetChoice.of(
            options,
            "on this machine",
            () -> MachineInternet.open(new Opening(options, limits(), "run"), timeouts));
    try (GuestStarter clones =
        new GuestStarter(
            ArmKernel.machine(Qemu.find(Machine.QEMU), limits(), options, internet.internet()),
            new MachineImages(cache, Optional.empty()).get(timeouts),
            ((MachineEnvironment) environment()).template(),
            List.of(),
            Session.Kind.AGENT,
            limits(),
            false,
            timeouts)) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      clones.ask(command, 1 << 10, said);
      return said.toString(UTF_8).lines().toList();
    }
  }

  @Test
  void whatOneDestroysIsThereForTheNext() throws Exception {
    String files = look().lines.get("files");
    assay(arm().text("destroys", script("rm -rf --one-file-system --no-preserve-root / \n")));
    assay(
        "bomb", "if (access(\"/etc/malassay-guest\", F_OK)) return 77; alarm(5); for (;;) fork();");
    assertThat(look().lines.get("files")).isEqualTo(files);
  }
}

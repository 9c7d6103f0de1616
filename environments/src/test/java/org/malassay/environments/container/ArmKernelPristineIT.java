package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Execution;

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
          echo name $(cat /etc/hostname) $(cat /etc/machine-id 2>/dev/null)
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
        .containsOnlyKeys("files", "mounts", "processes", "name", "clock", "random");
    return new Look(lines, before, Instant.now());
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(30);
  }

  /** The host name is that of all guests: the project's own samples look for it. */
  @Test
  void twoClonesHaveTheRightTimeAndRandomNumbersOfTheirOwnAndAllElseAlike() throws Exception {
    Set<String> drawn = new LinkedHashSet<>();
    List<Look> looks = List.of(look(), look());
    for (Look look : looks) {
      assertThat(Instant.ofEpochSecond(Long.parseLong(look.lines.get("clock"))))
          .isBetween(look.before.minus(CLOCK), look.after.plus(CLOCK));
      for (String number : look.lines.get("random").split(" ")) {
        assertThat(drawn.add(number)).as("drawn before: %s", number).isTrue();
      }
      assertThat(look.lines.get("name")).isEqualTo("malassay-guest");
    }
    Function<Look, List<String>> alike =
        look -> List.of(look.lines.get("mounts"), look.lines.get("processes"));
    assertThat(alike.apply(looks.get(1))).isEqualTo(alike.apply(looks.get(0)));
    assertThat(looks.get(1).lines.get("files")).isEqualTo(looks.get(0).lines.get("files"));
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

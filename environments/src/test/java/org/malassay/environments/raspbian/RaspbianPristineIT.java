package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.malassay.environment.Execution;
import org.malassay.environments.host.Digests;
import org.malassay.environments.machine.MachineEnvironment;
import org.malassay.environments.machine.Template;
import org.malassay.sample.Sample;

/** After each kind of destruction, the next guest is as the first one was. */
class RaspbianPristineIT extends RaspbianHarness {
  /**
   * Who and what is there: every file of the disk by path, kind, mode, owner, size, time and
   * target; the contents of what a sample would change to stay; the processes; the clock; random
   * numbers. Left out are the logs, to which the service and the journal write, and this script
   * itself.
   */
  private static final String LOOK =
      """
      echo files $(find / -xdev -path /var/log -prune -o -path /tmp/looks -prune \
        -o ! -path /tmp -printf '%p %y %m %U %G %s %T@ %l\\n' | sort | sha256sum)
      echo contents $(find /etc /root /usr/bin /usr/sbin /usr/local /usr/lib/systemd /var/www \
        -xdev -type f -print0 | sort -z | xargs -0 cat | sha256sum)
      echo mounts $(sort /proc/mounts | sha256sum)
      echo processes $(ps --ppid 2 -p 2 --deselect -o comm= \
        | grep -v '^(udev-worker)$' | sort -u)
      echo clock $(date +%s)
      echo random $(cat /proc/sys/kernel/random/uuid) $(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' ')
      """;

  private static final Duration CLOCK = Duration.ofSeconds(2);

  private Map<String, String> reference;
  private Map<String, String> template;
  private final Set<String> drawn = new LinkedHashSet<>();

  @Override
  protected Duration time() {
    return Duration.ofSeconds(30);
  }

  private record Look(Map<String, String> lines, Instant before, Instant after) {}

  private Look look() throws Exception {
    Instant before = Instant.now();
    Execution execution = assay(arm().text("looks", script(LOOK))).execution();
    Map<String, String> lines = new LinkedHashMap<>();
    for (String line : execution.stdout().text().split("\n")) {
      String[] words = line.split(" ", 2);
      lines.put(words[0], words[1]);
    }
    assertThat(lines)
        .as(execution.stderr().text())
        .containsOnlyKeys("files", "contents", "mounts", "processes", "clock", "random");
    return new Look(lines, before, Instant.now());
  }

  /** What every guest must have alike. */
  private static Map<String, String> alike(Look look) {
    Map<String, String> alike = new LinkedHashMap<>(look.lines);
    alike.keySet().removeAll(List.of("clock", "random"));
    return alike;
  }

  private Map<String, String> templateDigests() throws Exception {
    Map<String, String> digests = new LinkedHashMap<>();
    Template of = ((MachineEnvironment) environment()).template().orElseThrow();
    try (Stream<Path> files = Files.list(of.folder())) {
      for (Path file : files.sorted().toList()) {
        digests.put(file.getFileName().toString(), digest(file));
      }
    }
    return digests;
  }

  private static String digest(Path file) throws Exception {
    var digest = Digests.sha256();
    try (var in = Files.newInputStream(file)) {
      byte[] chunk = new byte[1 << 20];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
    }
    return java.util.HexFormat.of().formatHex(digest.digest());
  }

  @BeforeAll
  void lookAtOneThatWasNeverUsed() throws Exception {
    template = templateDigests();
    Look first = look();
    reference = alike(first);
    drawn.addAll(List.of(first.lines.get("random").split(" ")));
  }

  /** An SSH session that ended as the template was saved would be buried by each clone. */
  @Test
  void nothingIsLeftToDoForACloneOfWhatTheTemplateDid() throws Exception {
    Instant before = Instant.now();

    String last =
        assay(arm().text("journal", script("journalctl -q -o short-unix --no-pager -n 1\n")))
            .execution()
            .stdout()
            .text();

    double written = Double.parseDouble(last.split(" ", 2)[0]);
    assertThat(Instant.ofEpochSecond((long) Math.ceil(written))).as(last).isBefore(before);
  }

  static List<String> destructions() {
    return List.of(
        "fork-bomb",
        "memory-hog",
        "disk-filler",
        "kills-everything",
        "deletes-everything",
        "floods-stdout",
        "switches-off",
        "reboots");
  }

  private Sample sample(String name) throws Exception {
    String lock = "if (access(\"/etc/malassay-guest\", F_OK)) return 77;";
    return switch (name) {
      case "fork-bomb" -> arm().program(name, lock + "alarm(5); for (;;) fork();");
      case "memory-hog" ->
          arm()
              .program(
                  name,
                  lock + "for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); }");
      case "disk-filler" ->
          arm().text(name, script("cat /dev/zero >/var/full; cat /dev/zero >/etc/full\n"));
      case "kills-everything" -> arm().program(name, lock + "kill(-1, SIGKILL); sleep(60);");
      case "deletes-everything" ->
          arm().text(name, script("rm -rf --one-file-system --no-preserve-root / 2>/dev/null\n"));
      case "floods-stdout" -> arm().text(name, script("timeout 5 cat /dev/zero\n"));
      case "switches-off" -> arm().text(name, script("poweroff -ff; sleep 60\n"));
      case "reboots" -> arm().text(name, script("reboot -ff; sleep 60\n"));
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @MethodSource("destructions")
  void theNextGuestIsAsOneThatWasNeverUsed(String destruction) throws Exception {
    assay(sample(destruction));

    Look next = look();

    assertThat(alike(next)).isEqualTo(reference);
    assertThat(Instant.ofEpochSecond(Long.parseLong(next.lines.get("clock"))))
        .isBetween(next.before.minus(CLOCK), next.after.plus(CLOCK));
    for (String number : next.lines.get("random").split(" ")) {
      assertThat(drawn.add(number)).as("a number that was drawn before: %s", number).isTrue();
    }
    assertThat(templateDigests()).isEqualTo(template);
  }
}

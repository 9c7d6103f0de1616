package org.malassay.environments.raspbian;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.Assay;

/** Types what the suites of bypasses and of administration consist of, and reads what they say. */
abstract class SuiteHarness extends RaspbianHarness {
  private static final String PLACE = "/usr/local/lib/malassay/";
  private static final Pattern TOLD =
      Pattern.compile("malassay (?:bypass|task) ([a-z0-9-]+): ([ -~]+)");

  /** Some of each kind of bypass. */
  static final List<String> SOME =
      List.of(
          "fchmodat",
          "cp",
          "open-write",
          "memfd-write",
          "ld-preload",
          "sh",
          "busybox-sh",
          "ld-so-copy",
          "orphan",
          "ptrace",
          "core-pattern",
          "unit-in-run",
          "unit-other-type",
          "symlink-busybox-long",
          "program-new",
          "program-link",
          "update-list");

  /** Tasks, each with its check; the last one looks for what nobody has done. */
  private static final List<String> ADMINISTRATION =
      List.of(
          "dpkg -i " + PLACE + "inputs/tiny.deb",
          PLACE + "check dpkg-install",
          "useradd -m bob",
          PLACE + "check user-add",
          "systemctl reload nginx",
          PLACE + "check service-reload",
          "malassay-update " + PLACE + "inputs/gate.deb",
          PLACE + "check update-by-gate",
          PLACE + "check script");

  abstract List<String> defences();

  @Override
  protected Environment open(Limits limits) throws Exception {
    return open(limits, /* logins= */ true, defences());
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(90);
  }

  /** What became of some bypasses and tasks, all of one session, by name. */
  Map<String, String> some() throws Exception {
    return told(
        Stream.concat(SOME.stream().map(name -> PLACE + "bypass " + name), ADMINISTRATION.stream())
            .toArray(String[]::new));
  }

  /** What became of all bypasses, each in a guest of its own. */
  Map<String, String> all() throws Exception {
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : names()) {
      all.put(name, told(PLACE + "bypass " + name).getOrDefault(name, "not told"));
    }
    return all;
  }

  private List<String> names() throws Exception {
    return type(PLACE + "bypass --list")
        .lines()
        .filter(line -> line.matches("[a-z0-9-]+\t.*"))
        .map(line -> line.substring(0, line.indexOf('\t')))
        .toList();
  }

  private Map<String, String> told(String... commands) throws Exception {
    Map<String, String> told = new LinkedHashMap<>();
    type(commands)
        .lines()
        .map(TOLD::matcher)
        .filter(Matcher::matches)
        .forEach(matcher -> told.put(matcher.group(1), matcher.group(2)));
    return told;
  }

  private String type(String... commands) throws Exception {
    String session =
        Stream.of(
                Stream.of("#!/usr/local/sbin/malassay-login", "# commands:"),
                Arrays.stream(commands))
            .flatMap(lines -> lines)
            .collect(Collectors.joining("\n", "", "\nexit\n"));
    Assay assay = assay(arm().bytes("session", session.getBytes(ISO_8859_1)));
    String shown = assay.execution().stdout().text();
    assertThat(assay.execution().ending()).as(shown).isEqualTo(new Ending.Exited(0));
    return shown;
  }
}

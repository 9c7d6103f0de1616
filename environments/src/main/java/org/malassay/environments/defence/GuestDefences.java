package org.malassay.environments.defence;

import static org.malassay.environments.defence.Attempt.BUSYBOX_SHELL;
import static org.malassay.environments.defence.Attempt.CAPABILITY;
import static org.malassay.environments.defence.Attempt.CORE_PATTERN;
import static org.malassay.environments.defence.Attempt.CREATE_EXECUTABLE;
import static org.malassay.environments.defence.Attempt.MAP_WRITTEN;
import static org.malassay.environments.defence.Attempt.MEMORY_FILE;
import static org.malassay.environments.defence.Attempt.PERMISSION;
import static org.malassay.environments.defence.Attempt.RUN_BROUGHT;
import static org.malassay.environments.defence.Attempt.SHELL;
import static org.malassay.environments.defence.Attempt.TRUNCATE_EXECUTABLE;
import static org.malassay.environments.defence.Attempt.UNIT;
import static org.malassay.environments.defence.Attempt.WRITE_EXECUTABLE;
import static org.malassay.environments.defence.Attempt.WRITE_SYSTEM;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.malassay.environment.Defence;
import org.malassay.environment.EnvironmentException;

/** The defences that a guest's system can have, in the order in which they are set up. */
public final class GuestDefences {
  private static final String GUARD = "loginguard";
  private static final String SELINUX = "selinux";
  private static final String APPARMOR = "apparmor";
  private static final String ENTRY = "/usr/local/sbin/malassay-entry";

  private static final GuestDefence WHOLE_GUARD =
      guard(
          "",
          "write,shell,permission,detour",
          "keeps a remote login from shells, from writing to executables and from giving execute"
              + " permission, and from the ways around that (BPF LSM)",
          Set.of(
              WRITE_EXECUTABLE,
              TRUNCATE_EXECUTABLE,
              SHELL,
              BUSYBOX_SHELL,
              PERMISSION,
              CREATE_EXECUTABLE,
              MAP_WRITTEN,
              MEMORY_FILE,
              UNIT,
              CORE_PATTERN));

  private static final List<GuestDefence> ALL =
      List.of(
          WHOLE_GUARD,
          guard(
              ".write",
              "write",
              "keeps a remote login from opening executables for writing, and from nothing else",
              Set.of(WRITE_EXECUTABLE)),
          guard(
              ".shell",
              "shell",
              "keeps a remote login from starting shells, and from nothing else",
              Set.of(SHELL, BUSYBOX_SHELL)),
          guard(
              ".permission",
              "permission",
              "keeps a remote login from giving execute permission by chmod, and from nothing else",
              Set.of(PERMISSION)),
          new GuestDefence(
              new Defence(
                  "loginguard-seccomp",
                  "keeps a remote login from giving execute permission, by an inherited filter of"
                      + " 32-bit ARM calls"),
              List.of("seccomp.sh"),
              List.of("/usr/local/sbin/malassay-filter", "--run"),
              Set.of(PERMISSION, CREATE_EXECUTABLE, MEMORY_FILE),
              "",
              Optional.empty()),
          new GuestDefence(
              new Defence(
                  APPARMOR,
                  "confines the web service, and keeps a remote login from dash and bash and from"
                      + " executing anything outside /usr, by a policy of AppArmor"),
              List.of("apparmor.sh"),
              List.of(ENTRY),
              Set.of(RUN_BROUGHT, SHELL, MAP_WRITTEN),
              "",
              Optional.empty()),
          new GuestDefence(
              new Defence(
                  "tomoyo",
                  "keeps a remote login from shells by their names, from writing to executables and"
                      + " from making any, by a policy of TOMOYO"),
              List.of("tomoyo.sh"),
              List.of(ENTRY),
              Set.of(
                  RUN_BROUGHT,
                  WRITE_EXECUTABLE,
                  TRUNCATE_EXECUTABLE,
                  SHELL,
                  PERMISSION,
                  CREATE_EXECUTABLE),
              " TOMOYO_trigger=/usr/local/sbin/malassay-tomoyo TOMOYO_loader=/bin/true",
              Optional.empty()),
          new GuestDefence(
              new Defence(
                  "seccomp",
                  "has the web service run under its profile: it calls what Debian 13's nginx may"
                      + " call, and executes nothing"),
              List.of("service.sh"),
              List.of(),
              Set.of(),
              "",
              Optional.empty()),
          new GuestDefence(
              new Defence(
                  SELINUX,
                  "confines the web service, and keeps a remote login from dash and bash, from"
                      + " changing executables and from having executed what it has written, by a"
                      + " policy of SELinux"),
              List.of("selinux.sh"),
              List.of(ENTRY),
              Set.of(
                  WRITE_EXECUTABLE,
                  TRUNCATE_EXECUTABLE,
                  SHELL,
                  PERMISSION,
                  MAP_WRITTEN,
                  UNIT,
                  CORE_PATTERN,
                  WRITE_SYSTEM,
                  CAPABILITY),
              // Debian's own list has apparmor before it, and the kernel starts one of the two.
              " lsm=landlock,lockdown,yama,selinux,tomoyo,bpf,ipe",
              Optional.empty()),
          GuestDefence.impossible(
              new Defence("smack", "labels of Smack that confine what a remote login starts"),
              "the guests' kernel, Debian's, is built without it (CONFIG_SECURITY_SMACK); loginguard,"
                  + " apparmor, selinux and tomoyo have the same aim"));

  private GuestDefences() {}

  private static GuestDefence guard(String part, String rules, String what, Set<Attempt> refused) {
    return new GuestDefence(
        new Defence(GUARD + part, what),
        List.of("loginguard.sh", rules),
        List.of(ENTRY),
        refused,
        "",
        Optional.empty());
  }

  /** All that can be asked for, those included that cannot be had. */
  public static List<Defence> offered() {
    return ALL.stream().map(GuestDefence::told).toList();
  }

  /**
   * Those of these names.
   *
   * @param environment as messages name it, without its defences
   * @throws EnvironmentException if one cannot be had here, or two exclude each other
   */
  public static List<GuestDefence> of(String environment, List<String> names)
      throws EnvironmentException {
    List<GuestDefence> chosen = ALL.stream().filter(it -> names.contains(it.name())).toList();
    for (GuestDefence defence : chosen) {
      if (defence.impossible().isPresent()) {
        throw new EnvironmentException(
            "-Denv=%s+%s cannot be had: %s"
                .formatted(environment, defence.name(), defence.impossible().get()));
      }
    }
    List<String> guards = names.stream().filter(GuestDefences::isGuard).toList();
    if (guards.size() > 1) {
      throw new EnvironmentException(
          "-Denv=%s: one login guard has one set of rules; name %s, which has all of them, or one of"
                  .formatted(Defence.join(environment, names), GUARD)
              + " the others");
    }
    if (names.containsAll(List.of(SELINUX, APPARMOR))) {
      throw new EnvironmentException(
          "-Denv=%s: a kernel of Linux starts %s or %s and not both; name one of the two"
              .formatted(Defence.join(environment, names), SELINUX, APPARMOR));
    }
    return chosen;
  }

  private static boolean isGuard(String name) {
    return name.equals(GUARD) || name.startsWith(GUARD + ".");
  }

  /** What a reader of the results must know of each, for the header of a run. */
  public static Map<String, String> facts(List<GuestDefence> defences) {
    Map<String, String> facts = new LinkedHashMap<>();
    defences.forEach(it -> facts.put("defence " + it.name(), it.told().what()));
    if (!defences.isEmpty()) {
      facts.put("defences' recipe", DefencePrograms.digest());
    }
    return facts;
  }
}

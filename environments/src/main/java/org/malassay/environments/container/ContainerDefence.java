package org.malassay.environments.container;

import com.github.dockerjava.api.model.HostConfig;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.malassay.environment.Defence;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.defence.Attempt;
import org.malassay.options.Options;

/** What an engine can take from its containers, in the order of their names. */
enum ContainerDefence {
  /** A root file system that nothing is written to. */
  READONLY(
      "the root file system is read-only; what services and droppers write to is in memory: "
          + String.join(", ", Writable.FOLDERS),
      Attempt.WRITE_SYSTEM),
  /** No capabilities. */
  NOCAPS(
      "samples have no capabilities and can get none, as with --cap-drop=ALL; the service and the"
          + " agent beside them keep theirs",
      Attempt.CAPABILITY),
  /** No new privileges. */
  NONEWPRIVS(
      "nobody gains privileges by executing something (no-new-privileges)", Attempt.NEW_PRIVILEGES),
  /** Other users. */
  USERNS("root in a container is another user outside (userns-remap of the engine)");

  /** The folders of {@link #READONLY} that can be written to. */
  private static final class Writable {
    static final List<String> FOLDERS =
        List.of("/tmp", "/var/tmp", "/run", "/var/log", "/var/cache", "/var/lib/nginx");

    private Writable() {}
  }

  private static final String NO_NEW_PRIVILEGES = "no-new-privileges";

  /** As an engine that remaps users says in its facts. */
  private static final String REMAPS = "name=userns";

  private final String what;
  private final Optional<Attempt> refused;

  ContainerDefence(String what, Attempt refused) {
    this.what = what;
    this.refused = Optional.of(refused);
  }

  /** What it refuses cannot be tried from inside. */
  ContainerDefence(String what) {
    this.what = what;
    this.refused = Optional.empty();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String what() {
    return what;
  }

  static List<Defence> offered() {
    return Arrays.stream(values()).map(it -> new Defence(it.word(), it.what)).toList();
  }

  /**
   * Those of these names.
   *
   * @throws EnvironmentException if they cannot be had with the options
   */
  static Set<ContainerDefence> of(List<String> names, Options options) throws EnvironmentException {
    Set<ContainerDefence> chosen = EnumSet.noneOf(ContainerDefence.class);
    Arrays.stream(values()).filter(it -> names.contains(it.word())).forEach(chosen::add);
    if (!chosen.isEmpty() && options.get(ContainerProvider.KERNEL) != Kernel.HOST) {
      throw new EnvironmentException(
          "-Denv=%s cannot be had with %s: its defences are those of the engine here; leave the"
                  .formatted(
                      Defence.join(ContainerProvider.NAME, names),
                      options.get(ContainerProvider.KERNEL).asGiven())
              + " option out");
    }
    return chosen;
  }

  /**
   * Fails where the engine does not do what is asked for.
   *
   * @param security what it says that it does
   */
  static void require(Set<ContainerDefence> defences, List<String> security)
      throws EnvironmentException {
    if (defences.contains(USERNS) && !security.contains(REMAPS)) {
      throw new EnvironmentException(
          "-Denv=container+userns cannot be had at this engine, which gives its containers the"
              + " users of the host: start it with --userns-remap=default (or \"userns-remap\" in"
              + " /etc/docker/daemon.json), and run again");
    }
  }

  /** What is refused to samples by any of them. */
  static Set<Attempt> refused(Set<ContainerDefence> defences) {
    return defences.stream().flatMap(it -> it.refused.stream()).collect(Collectors.toSet());
  }

  /**
   * Takes it from a container that is described.
   *
   * @param bytes how much each folder in memory can hold
   */
  void applyTo(HostConfig host, long bytes) {
    switch (this) {
      case READONLY -> host.withReadonlyRootfs(true).withTmpFs(inMemory(bytes));
      case NONEWPRIVS -> host.withSecurityOpts(List.of(NO_NEW_PRIVILEGES));
      case NOCAPS, USERNS -> {
        // the agent's work, and the engine's
      }
    }
  }

  /** The engine's default would let nobody execute anything there. */
  private static Map<String, String> inMemory(long bytes) {
    Map<String, String> folders = new LinkedHashMap<>();
    Writable.FOLDERS.forEach(
        folder ->
            folders.put(
                folder,
                "rw,exec,nodev,size=%d,mode=%s"
                    .formatted(bytes, folder.endsWith("tmp") ? "1777" : "755")));
    return folders;
  }
}

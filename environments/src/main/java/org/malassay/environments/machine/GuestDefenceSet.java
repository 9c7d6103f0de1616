package org.malassay.environments.machine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.malassay.behavior.Origin;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;
import org.malassay.environments.defence.DefenceCheck;
import org.malassay.environments.defence.DefencePrograms;
import org.malassay.environments.defence.GuestDefence;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.qemu.Vm;

/**
 * The defences that every clone has, set up one after the other.
 *
 * @param defences at least one
 * @param files what they consist of
 */
public record GuestDefenceSet(List<GuestDefence> defences, Path files) implements Addition {
  private static final String PROGRAMS = "/usr/local/sbin/";
  private static final String FOLDER = "/run/malassay-defence/";

  /** What a script that has come to its end says last. */
  private static final String DONE = "malassay-defence-is-set-up";

  /** What the login guard has refused, as its part in the kernel tells it. */
  private static final Trace REFUSALS =
      new Trace(
          Piece.text(
              "refusals.txt",
              "what the login guard refused, and how often",
              Origin.AGENT_BESIDE_ROOT),
          "/sys/fs/bpf/malassay-guard/refused");

  private static final int MOST_BYTES = 4 << 10;

  public GuestDefenceSet {
    defences = List.copyOf(defences);
  }

  /**
   * The addition that these are; none for none.
   *
   * @throws EnvironmentException if what they consist of cannot be made here
   */
  public static List<Addition> of(List<GuestDefence> defences, Timeouts timeouts)
      throws EnvironmentException {
    return defences.isEmpty()
        ? List.of()
        : List.of(new GuestDefenceSet(defences, DefencePrograms.get(timeouts)));
  }

  @Override
  public String description() {
    return defences.stream()
        .map(it -> String.join(" ", it.setup()))
        .collect(Collectors.joining("\n", DefencePrograms.digest() + "\n", ""));
  }

  @Override
  public String kernelOptions() {
    return defences.stream().map(GuestDefence::kernelOptions).collect(Collectors.joining());
  }

  @Override
  public void prepare(Vm vm, Ssh ssh) throws GuestException, EnvironmentException {
    ssh.run("mkdir -m 700 " + FOLDER, Timeout.TEMPLATE_STEP);
    for (String program : DefencePrograms.PROGRAMS) {
      copy(vm, ssh, program, PROGRAMS);
    }
    for (String file : DefencePrograms.SETUP) {
      copy(vm, ssh, file, FOLDER);
    }
    for (GuestDefence defence : defences) {
      String said =
          ask(
              vm,
              ssh,
              "cd %s && sh %s 2>&1 && echo %s"
                  .formatted(FOLDER, String.join(" ", defence.setup()), DONE));
      if (!said.strip().endsWith(DONE)) {
        throw new EnvironmentException(
            "the defence %s cannot be had in this guest: %s"
                .formatted(
                    defence.name(), said.isBlank() ? "its setup does not say why" : said.strip()));
      }
    }
    ssh.run("rm -r " + FOLDER, Timeout.TEMPLATE_STEP);
  }

  private void copy(Vm vm, Ssh ssh, String name, String to) throws GuestException {
    Path file = files.resolve(name);
    Patience.within(
        vm.timeouts(),
        Timeout.TEMPLATE_STEP.usual(),
        "%s could not be put into the guest".formatted(name),
        () -> {
          ssh.copy(() -> Files.newInputStream(file), Files.size(file), to + name);
          return true;
        });
  }

  private static String ask(Vm vm, Ssh ssh, String command) throws GuestException {
    return Patience.within(
        vm.timeouts(),
        Timeout.DEFENCE.usual(),
        "a defence was not set up or checked in the guest",
        () -> ssh.ask(command, MOST_BYTES));
  }

  @Override
  public Optional<String> check(Vm vm, Ssh ssh) throws GuestException {
    DefenceCheck check = new DefenceCheck(defences);
    return check.failure(ask(vm, ssh, check.asLogin()), ask(vm, ssh, check.asOther()));
  }

  @Override
  public List<Trace> traces() {
    return List.of(REFUSALS);
  }
}

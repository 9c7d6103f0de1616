package org.malassay.environments.machine;

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

  /** What the login guard has refused, as its part in the kernel tells it. */
  private static final Trace REFUSALS =
      new Trace(
          Piece.text(
              "refusals.txt",
              "what the login guard refused, and how often",
              Origin.AGENT_BESIDE_ROOT),
          "/sys/fs/bpf/malassay-guard/refused");

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
    Setup setup = new Setup(vm, ssh);
    ssh.run("mkdir -m 700 " + FOLDER, Timeout.TEMPLATE_STEP);
    for (String program : DefencePrograms.PROGRAMS) {
      setup.copy(files.resolve(program), PROGRAMS + program);
    }
    for (String file : DefencePrograms.SETUP) {
      setup.copy(files.resolve(file), FOLDER + file);
    }
    for (GuestDefence defence : defences) {
      setup.run(defence.name(), FOLDER, String.join(" ", defence.setup()));
    }
    ssh.run("rm -r " + FOLDER, Timeout.TEMPLATE_STEP);
  }

  @Override
  public Optional<String> check(Vm vm, Ssh ssh) throws GuestException {
    DefenceCheck check = new DefenceCheck(defences);
    Setup setup = new Setup(vm, ssh);
    return check.failure(setup.ask(check.asLogin()), setup.ask(check.asOther()));
  }

  @Override
  public List<Trace> traces() {
    return List.of(REFUSALS);
  }
}

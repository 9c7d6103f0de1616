package org.malassay.environments.container;

import java.util.Optional;
import org.malassay.elf.ElfFacts;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.sample.Sample;

/**
 * Runs samples in guests whose ARM programs qemu-user executes, so that they end as on Linux
 * wherever that is possible.
 *
 * @param limits of every guest
 */
record Emulation(Limits limits, Witness witness) {

  private static final String BY_HEADERS =
      "not run by qemu-user: its headers tell how Linux ends it, with the memory of -Dmemory";

  /** Runs what was delivered. */
  @FunctionalInterface
  interface Run {
    Execution to(Order order) throws GuestException;
  }

  Execution run(Sample sample, Order order, Run asItIs) throws GuestException {
    Execution execution = asOnLinux(sample, order, asItIs);
    return QemuUser.note(execution).map(execution::noting).orElse(execution);
  }

  private Execution asOnLinux(Sample sample, Order order, Run asItIs) throws GuestException {
    Optional<ElfFacts> elf = sample.facts().elf();
    if (elf.isEmpty()) {
      return asItIs.to(order);
    }
    Optional<Ending> atOnce = QemuUser.beforeFirstInstruction(elf.get(), limits);
    if (atOnce.isPresent()) {
      return Execution.notStarted(atOnce.get()).noting(BY_HEADERS);
    }
    Execution execution = asItIs.to(order);
    return QemuUser.asOnLinux(elf.get(), execution, () -> witness.ask(sample, order))
        .map(execution::with)
        .orElse(execution);
  }
}

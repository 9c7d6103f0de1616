package org.malassay.container;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Probe;
import org.malassay.sample.ElfFacts;
import org.malassay.sample.Sample;

/** A container whose ARM programs qemu-user executes: what it does otherwise than Linux is told. */
final class EmulatedGuest implements Guest {
  private final Guest guest;
  private final Limits limits;
  private final Witness witness;
  private @Nullable Sample sample;

  EmulatedGuest(Guest guest, Limits limits, Witness witness) {
    this.guest = guest;
    this.limits = limits;
    this.witness = witness;
  }

  @Override
  public void deliver(Sample delivered) throws GuestException {
    guest.deliver(delivered);
    sample = delivered;
  }

  @Override
  public Probe probe() throws GuestException {
    return guest.probe();
  }

  @Override
  public Execution run(List<String> arguments) throws GuestException {
    Sample delivered = Objects.requireNonNull(sample, "nothing was delivered");
    Optional<ElfFacts> elf = delivered.facts().elf();
    if (elf.isEmpty()) {
      return guest.run(arguments);
    }
    Optional<Ending> atOnce = QemuUser.beforeFirstInstruction(elf.get(), limits);
    if (atOnce.isPresent()) {
      return Execution.notStarted(atOnce.get());
    }
    Execution execution = guest.run(arguments);
    return QemuUser.asOnLinux(elf.get(), execution, () -> witness.ask(delivered, arguments))
        .map(execution::with)
        .orElse(execution);
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    guest.collect(evidence);
  }

  @Override
  public void close() {
    guest.close();
  }
}

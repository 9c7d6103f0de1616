package org.malassay.environments.raspbian;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environments.host.Capacity;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.machine.GuestStarter;
import org.malassay.environments.machine.Image;
import org.malassay.environments.machine.Machine;
import org.malassay.environments.machine.Session;
import org.malassay.environments.machine.Template;
import org.malassay.sample.Architecture;

/** A machine with Raspberry Pi OS for each sample. */
final class RaspbianEnvironment implements Environment {
  private final Machine machine;
  private final Optional<Template> template;
  private final Map<String, String> facts;
  private final GuestStarter guests;

  /**
   * @param template to be cloned; empty when each guest is booted
   * @param session how a clone is spoken to
   */
  RaspbianEnvironment(
      Machine machine,
      Image image,
      Optional<Template> template,
      Session.Kind session,
      Limits limits,
      Map<String, String> facts,
      Timeouts timeouts) {
    this.machine = machine;
    this.template = template;
    this.facts = facts;
    this.guests = new GuestStarter(machine, image, template, session, limits, timeouts);
  }

  @Override
  public String name() {
    return RaspbianProvider.NAME;
  }

  /** The kernel is one for 64 bits, and runs programs of 32 bits as well. */
  @Override
  public Set<Architecture> architectures() {
    return Set.of(Architecture.ARM, Architecture.AARCH64);
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  @Override
  public int defaultGuests() {
    Capacity here = Capacity.here();
    return template.isPresent()
        ? here.guests(machine.memoryMiB())
        : here.bootedGuests(machine.memoryMiB());
  }

  /** What guests are cloned from; empty when they are booted. */
  Optional<Template> template() {
    return template;
  }

  @Override
  public Guest start() throws GuestException {
    return guests.start();
  }

  @Override
  public void close() {
    guests.close();
  }
}

package org.malassay.environments.container;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Origin;
import org.malassay.elf.Architecture;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Variant;

/**
 * Runs samples on the engine's own kernel, and those once more on an ARM kernel that qemu-user does
 * not execute as Linux does.
 *
 * @param host containers on the engine's kernel; closed with this environment
 * @param arm those on an ARM kernel; closed with this environment
 */
record EitherKernel(Environment host, Environment arm) implements Environment {
  /** Before what is said of the second one. */
  private static final String SECOND = "on the ARM kernel, ";

  @Override
  public String name() {
    return host.name();
  }

  @Override
  public Set<Architecture> architectures() {
    return host.architectures();
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>(host.facts());
    arm.facts()
        .forEach(
            (name, fact) -> {
              if (name.equals(Variant.FACT)) {
                facts.put(name, Kernel.AUTO.variant(/* isEmulated= */ true).fact());
              } else if (!fact.equals(facts.get(name))) {
                facts.put(SECOND + name, fact);
              }
            });
    return facts;
  }

  @Override
  public List<String> warnings() {
    return host.warnings();
  }

  /** What both see: whoever names a facet is to have it of every sample. */
  @Override
  public Map<Facet, Origin> observes() {
    Map<Facet, Origin> both = new HashMap<>(host.observes());
    both.keySet().removeAll(arm.missing().keySet());
    return both;
  }

  @Override
  public Map<Facet, String> missing() {
    Map<Facet, String> all = new HashMap<>(host.missing());
    arm.missing()
        .forEach(
            (facet, why) ->
                all.merge(facet, SECOND + why, (first, second) -> first + "; " + second));
    return all;
  }

  @Override
  public int defaultGuests() {
    return Math.min(host.defaultGuests(), arm.defaultGuests());
  }

  @Override
  public Guest start() throws GuestException {
    return start(Integer.MAX_VALUE);
  }

  @Override
  public Guest start(int waiting) throws GuestException {
    return new EitherGuest(host.start(waiting), arm::start);
  }

  @Override
  public void close() {
    host.close();
    arm.close();
  }
}

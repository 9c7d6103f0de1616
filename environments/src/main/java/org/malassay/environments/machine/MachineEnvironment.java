package org.malassay.environments.machine;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.elf.Architecture;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Capacity;
import org.malassay.environments.internet.InternetChoice;
import org.malassay.environments.internet.MachineInternet;
import org.malassay.environments.libraries.LibrarySupply;
import org.malassay.environments.tracing.Recorder;

/** A machine for each sample. */
public final class MachineEnvironment implements Environment {
  /** The kernel is one for 64 bits, and runs programs of 32 bits as well. */
  public static final Set<Architecture> ARCHITECTURES =
      Set.of(Architecture.ARM, Architecture.AARCH64);

  private final String name;
  private final Machine machine;
  private final Optional<Template> template;
  private final Map<String, String> facts;
  private final Optional<FacetState> recording;
  private final GuestStarter guests;
  private final InternetChoice<MachineInternet> internet;
  private final Optional<LibrarySupply> supply;

  /**
   * @param name as it is given to {@code -Denv}
   * @param template to be cloned; empty when each guest is booted
   * @param guests is closed with this environment
   * @param recording of what the recorder sees: observed, or missing; empty when it is not asked
   *     for
   * @param internet that guests find, or why they do not
   * @param supply gives guests the libraries that their samples lack; empty when they get none
   */
  public MachineEnvironment(
      String name,
      Machine machine,
      Optional<Template> template,
      GuestStarter guests,
      Map<String, String> facts,
      Optional<FacetState> recording,
      InternetChoice<MachineInternet> internet,
      Optional<LibrarySupply> supply) {
    this.name = name;
    this.machine = machine;
    this.template = template;
    this.facts = facts;
    this.recording = recording;
    this.guests = guests;
    this.internet = internet;
    this.supply = supply;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Architecture> architectures() {
    return ARCHITECTURES;
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  @Override
  public Map<Facet, Origin> observes() {
    Map<Facet, Origin> all = new EnumMap<>(Facet.class);
    if (recording.equals(Optional.of(FacetState.OBSERVED))) {
      all.putAll(Recorder.ofEachFacetAndFiles(Origin.GUEST_KERNEL, Origin.AGENT_BESIDE_ROOT));
    }
    if (internet.internet().isPresent()) {
      all.put(Facet.NETWORK, Origin.NETWORK);
    }
    all.put(Facet.USAGE, Origin.HOST);
    return all;
  }

  @Override
  public Map<Facet, String> missing() {
    Map<Facet, String> all = new EnumMap<>(Facet.class);
    recording
        .filter(state -> state.kind() == FacetState.Kind.MISSING)
        .map(FacetState::why)
        .ifPresent(why -> all.putAll(Recorder.ofEachFacetAndFiles(why, why)));
    internet.missing().ifPresent(why -> all.put(Facet.NETWORK, why));
    return all;
  }

  @Override
  public int defaultGuests() {
    Capacity here = Capacity.here();
    return template.isPresent()
        ? here.guests(machine.memoryMiB())
        : here.bootedGuests(machine.memoryMiB());
  }

  /** What guests are cloned from; empty when they are booted. */
  public Optional<Template> template() {
    return template;
  }

  @Override
  public Guest start() throws GuestException {
    MachineGuest guest = guests.start();
    supply.ifPresent(guest::suppliedBy);
    return guest;
  }

  @Override
  public void close() {
    guests.close();
  }
}

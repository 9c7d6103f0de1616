package org.malassay.environments.unikernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Origin;
import org.malassay.elf.Architecture;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.environments.host.LastWords;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.internet.InternetChoice;
import org.malassay.environments.internet.MachineInternet;
import org.malassay.environments.qemu.FirstPage;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.tracing.KnownCalls;
import org.malassay.environments.tracing.Recorder;

/** Boots a machine for each sample; its QEMU is there before it is asked for. */
final class UnikernelEnvironment implements Environment {
  private static final FirstPage PAGE =
      new FirstPage(Duration.ofMillis(250), Duration.ofSeconds(4), Duration.ofMillis(5));

  private final Kernel kernel;
  private final Limits limits;
  private final Map<String, String> facts;
  private final Set<Vm> running = ConcurrentHashMap.newKeySet();
  private final Spare spare;

  /** What guests record, from {@link #record} on; and why they do not. */
  private volatile Set<Facet> recorded = Set.of();

  private volatile Optional<String> failure = Optional.empty();
  private volatile InternetChoice<MachineInternet> internet = InternetChoice.none("none was made");
  private volatile boolean isNetworkRecorded;

  UnikernelEnvironment(
      Kernel kernel,
      UnikernelMachine machine,
      Limits limits,
      Map<String, String> facts,
      Timeouts timeouts) {
    this.kernel = kernel;
    this.limits = limits;
    this.facts = facts;
    this.spare = new Spare(() -> machine.startPaused(limits.time(), timeouts));
  }

  @Override
  public String name() {
    return kernel.environment();
  }

  @Override
  public Set<Architecture> architectures() {
    return Set.of(Architecture.ARM);
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  /**
   * Says what guests find in the network that their machine has.
   *
   * @param recorded true when what samples say there is to be told
   */
  void connect(InternetChoice<MachineInternet> choice, boolean recorded) {
    internet = choice;
    isNetworkRecorded = choice.internet().isPresent() && recorded;
  }

  /**
   * Has what samples do recorded by their guests, if these tell what they must of a program whose
   * calls are known.
   */
  void record(Path known) {
    recorded = kernel.records();
    failure = check(known);
    if (failure.isPresent()) {
      recorded = Set.of();
    }
  }

  /** Why what guests record is not to be believed; empty when it is. */
  private Optional<String> check(Path known) {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    try (UnikernelGuest guest = start();
        InputStream in = Files.newInputStream(known)) {
      guest.put(kernel.known(), in, Files.size(known));
      Execution execution =
          guest.run(Order.of(KnownCalls.ARGUMENTS.toArray(String[]::new)), events::add);
      KnownCalls calls =
          recorded.contains(Facet.PROCESSES)
              ? KnownCalls.ofLibraryOs("/tmp/" + kernel.known())
              : KnownCalls.ofRefusal();
      return calls
          .missed(events, execution.recording().states(recorded))
          .map(why -> "the guest failed its check: " + why);
    } catch (GuestException | IOException e) {
      return Optional.of("the guest could not be checked: " + e.getMessage());
    }
  }

  @Override
  public Map<Facet, Origin> observes() {
    Map<Facet, Origin> origins = new EnumMap<>(Facet.class);
    recorded.forEach(facet -> origins.put(facet, Origin.LIBRARY_OS));
    if (kernel.makesFiles() && recorded.contains(Facet.CALLS)) {
      origins.put(Facet.FILES, Origin.LIBRARY_OS);
    }
    internet.internet().ifPresent(it -> origins.put(Facet.NETWORK, Origin.NETWORK));
    origins.put(Facet.USAGE, Origin.HOST);
    return origins;
  }

  @Override
  public Map<Facet, String> missing() {
    Map<Facet, String> missing = new EnumMap<>(Facet.class);
    internet.missing().ifPresent(why -> missing.put(Facet.NETWORK, why));
    for (Facet facet : Recorder.FACETS) {
      if (!kernel.records().contains(facet)) {
        missing.put(facet, kernel.recordsNoMore());
      } else if (failure.isPresent()) {
        missing.put(facet, failure.get());
      }
    }
    if (!kernel.makesFiles()) {
      missing.put(Facet.FILES, kernel.recordsNoMore());
    } else if (failure.isPresent()) {
      missing.put(Facet.FILES, failure.get());
    }
    return missing;
  }

  /** A guest has one processor, and little is done beside it. */
  @Override
  public int defaultGuests() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public UnikernelGuest start() throws GuestException {
    Vm vm = spare.take();
    running.removeIf(other -> !other.isAlive());
    running.add(vm);
    try {
      int port = vm.port(UnikernelMachine.HTTP);
      vm.qmp().execute("cont", Map.of());
      awaitPage(vm, port);
      return new UnikernelGuest(vm, port, limits, recorded, isNetworkRecorded, spare::prepare);
    } catch (GuestException | RuntimeException e) {
      vm.close();
      throw e;
    }
  }

  private static void awaitPage(Vm vm, int port) throws GuestException {
    Probe probe = PAGE.await(vm, port, vm.timeouts().of(Timeout.UNIKERNEL_BOOT));
    if (!probe.available()) {
      throw new LastWords(Piece.CONSOLE, vm.console())
          .failure(
              "the unikernel does not answer (%s)%s"
                  .formatted(
                      probe.failure().orElse("not with 200"),
                      vm.isAlive() ? vm.timeouts().over(Timeout.UNIKERNEL_BOOT) : ""));
    }
  }

  @Override
  public void close() {
    running.forEach(Vm::close); // guests that nobody closed
    running.clear();
    spare.close();
  }
}

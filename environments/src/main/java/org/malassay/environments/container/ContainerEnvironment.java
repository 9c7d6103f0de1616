package org.malassay.environments.container;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.elf.Architecture;
import org.malassay.environment.Defence;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.environments.defence.DefenceCheck;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Owner;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.internet.GuestInternet;
import org.malassay.environments.internet.InternetChoice;
import org.malassay.environments.libraries.GuestFiles;
import org.malassay.environments.libraries.LibrarySupply;
import org.malassay.environments.tracing.KnownCalls;
import org.malassay.environments.tracing.Recorder;
import org.malassay.sample.LoginSession.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a container for each sample. While a guest runs, its successor is made, unstarted; what a
 * guest leaves is removed in the background.
 */
final class ContainerEnvironment implements Environment {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerEnvironment.class);
  private static final int REMOVERS = 2;
  private static final int WAITING_REMOVALS = 16;
  private static final int REMOVALS = 4;
  private static final String CHECK = "/tmp/malassay-check";

  /** How often the log of qemu-user is checked before it is not believed. */
  private static final int CHECKS = 4;

  /** What records without any right. */
  private static final String FALLBACK = "; -Drecorder=qemu-strace records by qemu-user's own log";

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Engine engine;
  private final GuestImage image;
  private final Limits limits;
  private final String run;
  private final Owner owner = Owner.self();

  private final ExecutorService makers = Executors.newCachedThreadPool(daemons("guest maker"));

  /**
   * Bounded: a thread that throws guests away faster than the engine removes them has to remove
   * them itself.
   */
  private final ExecutorService removers =
      new ThreadPoolExecutor(
          REMOVERS,
          REMOVERS,
          1,
          TimeUnit.MINUTES,
          new LinkedBlockingQueue<>(WAITING_REMOVALS),
          daemons("guest remover"),
          new ThreadPoolExecutor.CallerRunsPolicy());

  private final ConcurrentLinkedQueue<Future<ContainerGuest>> successors =
      new ConcurrentLinkedQueue<>();
  private final Set<String> present = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private volatile byte[] agent = {};
  private volatile Optional<Protocol> login = Optional.empty();
  private volatile Set<Architecture> architectures = Set.of();
  private volatile Map<String, String> facts = Map.of();
  private volatile Optional<Emulation> emulation = Optional.empty();
  private volatile Optional<ProcessorFile> processorFile = Optional.empty();
  private volatile Set<ContainerDefence> defences = Set.of();
  private volatile Optional<NetworkFiles> networkFiles = Optional.empty();
  private volatile Optional<RecorderSupply> recorders = Optional.empty();
  private volatile boolean isRecordedByEmulator;
  private volatile InternetChoice<InternetSupply> internet = InternetChoice.none("none was made");
  private volatile boolean isNetworkRecorded;
  private volatile Optional<LibrarySupply> supply = Optional.empty();

  /** By the containers that are in their networks. */
  private final Map<String, InternetHelper> helpers = new ConcurrentHashMap<>();

  /**
   * @param engine is closed with this environment
   */
  ContainerEnvironment(Engine engine, GuestImage image, Limits limits, String run) {
    this.engine = engine;
    this.image = image;
    this.limits = limits;
    this.run = run;
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Removes the guests that killed runs left behind, as far as the engine can. */
  void sweep() throws GuestException {
    Instant now = Instant.now();
    for (Container container : engine.containers(GuestLabels.KIND, GuestLabels.GUEST)) {
      if (owner.isOrphan(Optional.ofNullable(container.getLabels()).orElse(Map.of()), now)) {
        LOG.info("removing the guest {} of a run that is gone", container.getId());
        try {
          engine.remove(container.getId());
        } catch (GuestException e) {
          LOG.warn("it stays, and does no harm but to the disk: {}", e.getMessage());
        }
      }
    }
  }

  @Override
  public List<String> warnings() {
    return Descriptors.warning(engine.address()).stream().toList();
  }

  /** Somebody logs in to each guest from now on, by this protocol. */
  void logIn(Optional<Protocol> by) {
    login = by;
  }

  /**
   * What is known once a program of the image has been run.
   *
   * @param agent its program, in an archive
   */
  void describe(Set<Architecture> architectures, Map<String, String> facts, byte[] agent) {
    this.agent = agent;
    this.architectures = architectures;
    this.facts = facts;
  }

  /**
   * What is taken from guests made from now on.
   *
   * @param files those that the agent cannot write then; empty where it can
   */
  void defendBy(Set<ContainerDefence> by, Optional<NetworkFiles> files) {
    defences = by;
    networkFiles = files;
  }

  /** Why its defences are not to be trusted; empty when they are. */
  Optional<String> checkDefences(byte[] program) throws GuestException {
    try (ContainerGuest guest = startAnother(Integer.MAX_VALUE)) {
      guest.put("the check of its defences", CHECK, program);
      Execution execution = guest.run(Order.of(DefenceCheck.BOTH, CHECK + ".d"), event -> {});
      return DefenceCheck.failure(
          defences.stream().map(ContainerDefence::word).toList(),
          ContainerDefence.refused(defences),
          execution.stdout().text() + execution.stderr().text());
    }
  }

  /** What guests made from now on have over {@code /proc/cpuinfo}, if anything. */
  void layOver(Optional<ProcessorFile> file) {
    processorFile = file;
  }

  /** Records what samples do, by these recorders, which are closed with this environment. */
  void recordBy(RecorderSupply supply) {
    recorders = Optional.of(supply);
  }

  /**
   * Records what samples do by the log of the qemu-user that runs them.
   *
   * @param check the program of known calls
   * @return why its log is not to be believed, in words that go on "it ..."; empty when it is
   */
  Optional<String> recordByEmulator(byte[] check) throws GuestException {
    Optional<String> failure = recordedByEmulator(check);
    // Calls of two threads at one time cannot always be told apart, which is no failure of the log.
    for (int again = 1; again < CHECKS && failure.isPresent(); again++) {
      failure = recordedByEmulator(check);
    }
    isRecordedByEmulator = true;
    return failure;
  }

  private Optional<String> recordedByEmulator(byte[] check) throws GuestException {
    List<Event> events = new ArrayList<>();
    Map<Facet, FacetState> states;
    try (ContainerGuest guest = startAnother(Integer.MAX_VALUE)) {
      guest.recordedByEmulator();
      guest.put("the check", CHECK, check);
      Execution execution =
          guest.run(Order.of(KnownCalls.ARGUMENTS.toArray(String[]::new)), events::add);
      states = execution.recording().states(Set.of(Facet.PROCESSES));
    }
    return KnownCalls.ofEmulatorLog(CHECK).missed(events, states);
  }

  /**
   * Has guests made from now on in simulated Internets of their own, if there is a supply of them,
   * which is closed with this environment.
   *
   * @param recorded true when what samples say there is to be told
   */
  void connect(InternetChoice<InternetSupply> choice, boolean recorded) {
    internet = choice;
    isNetworkRecorded = choice.internet().isPresent() && recorded;
  }

  /** Gives guests the libraries that their samples lack, if there is a supply. */
  void supplyBy(Optional<LibrarySupply> libraries) {
    supply = libraries;
  }

  /** The libraries that every guest has. */
  GuestFiles libraries() throws GuestException {
    GuestFiles files = new GuestFiles();
    try (ContainerGuest guest = make(List.of())) {
      for (String folder : GuestFiles.FOLDERS) {
        String path = "/" + folder;
        String parent = path.substring(0, path.lastIndexOf('/'));
        engine.archive(guest.container(), path, archive -> files.add(parent, archive));
      }
    }
    return files;
  }

  @Override
  public Map<Facet, Origin> observes() {
    Map<Facet, Origin> all = new EnumMap<>(Facet.class);
    recorders.ifPresent(it -> all.putAll(it.observes()));
    if (isRecordedByEmulator) {
      all.putAll(Recorder.ofEachFacetAndFiles(Origin.EMULATOR_LOG, Origin.EMULATOR_LOG));
    }
    internet.internet().ifPresent(it -> all.put(Facet.NETWORK, Origin.NETWORK));
    all.put(Facet.USAGE, Origin.HOST_KERNEL);
    return all;
  }

  @Override
  public Map<Facet, String> missing() {
    Map<Facet, String> all = new EnumMap<>(Facet.class);
    recorders.ifPresent(it -> all.putAll(it.missing()));
    if (emulation.isPresent()) {
      all.replaceAll((facet, why) -> why + FALLBACK);
    }
    internet.missing().ifPresent(why -> all.put(Facet.NETWORK, why));
    return all;
  }

  /** The guests' programs are executed by qemu-user; that is the witness of their crashes. */
  void emulated(Witness.Program program) {
    emulation =
        Optional.of(
            new Emulation(limits, new Witness(() -> startAnother(Integer.MAX_VALUE), program)));
  }

  @Override
  public String name() {
    return Defence.join(
        ContainerProvider.NAME, defences.stream().map(ContainerDefence::word).toList());
  }

  @Override
  public Set<Architecture> architectures() {
    return architectures;
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  @Override
  public int defaultGuests() {
    return image.processors();
  }

  @Override
  public Guest start() throws GuestException {
    return start(Integer.MAX_VALUE);
  }

  @Override
  public Guest start(int waiting) throws GuestException {
    ContainerGuest guest = startAnother(waiting);
    emulation.ifPresent(guest::emulatedBy);
    recorders.ifPresent(it -> guest.recordedBy(it.current().recorder()));
    if (isRecordedByEmulator) {
      guest.recordedByEmulator();
    }
    if (isNetworkRecorded) {
      guest.recordsNetwork();
    }
    return guest;
  }

  private ContainerGuest startAnother(int waiting) throws GuestException {
    ContainerGuest guest = take();
    try {
      if (successors.size() < waiting) {
        successors.add(makers.submit(() -> make(List.of())));
      }
      guest.start();
      supply.ifPresent(guest::suppliedBy);
      return guest;
    } catch (GuestException | RuntimeException e) {
      guest.close();
      throw e;
    }
  }

  private ContainerGuest take() throws GuestException {
    if (closed) {
      throw new GuestException("the environment is closed");
    }
    @Nullable Future<ContainerGuest> successor = successors.poll();
    if (successor == null) {
      return make(List.of());
    }
    try {
      return successor.get();
    } catch (InterruptedException e) {
      successors.add(successor);
      throw Await.interrupted(e);
    } catch (ExecutionException e) {
      return make(List.of()); // the failure may be over by now; if not, it shows again
    }
  }

  /**
   * Makes a guest, not started yet.
   *
   * @param environment variables of the guest beside the image's own
   */
  ContainerGuest make(List<String> environment) throws GuestException {
    Optional<InternetSupply> supply = internet.internet();
    if (supply.isEmpty()) {
      return attach(create(environment, Optional.empty()), Optional.empty());
    }
    InternetHelper helper = supply.get().take();
    Optional<GuestInternet> network = Optional.empty();
    String id;
    try {
      network = Optional.of(supply.get().network(helper)); // ahead, while another guest runs
      id = create(environment, Optional.of(helper));
    } catch (GuestException | RuntimeException e) {
      network.ifPresent(GuestInternet::close);
      supply.get().giveBack(helper);
      throw e;
    }
    helpers.put(id, helper);
    return attach(id, network);
  }

  private String create(List<String> environment, Optional<InternetHelper> helper)
      throws GuestException {
    Duration life = limits.time().multipliedBy(2);
    List<Bind> mounts = new ArrayList<>(processorFile.stream().map(ProcessorFile::mount).toList());
    if (helper.isPresent()) {
      networkFiles.ifPresent(it -> mounts.addAll(it.mounts()));
    }
    HostConfig host =
        HostConfig.newHostConfig().withBinds(mounts).withNanoCPUs((long) (limits.cpus() * 1e9));
    defences.forEach(it -> it.applyTo(host, limits.diskBytes()));
    CreateContainerCmd guest =
        engine
            .describeAlone(image.id(), host, limits.memoryBytes(), limits.processes())
            .withEntrypoint(image.entrypoint(login))
            .withCmd(List.of())
            .withEnv(environment)
            .withLabels(GuestLabels.of(owner, run, Instant.now(), life))
            .withStopSignal("SIGKILL"); // the agent hears no other
    if (helper.isPresent()) {
      Engine.joinNetwork(guest, helper.get().networkMode());
    } else {
      guest.withHostName(GuestImage.HOST_NAME);
    }
    return engine.create(guest);
  }

  private ContainerGuest attach(String id, Optional<GuestInternet> network) throws GuestException {
    present.add(id);
    AgentLink link = new AgentLink(limits.outputBytes(), engine.timeouts());
    ContainerGuest guest =
        new ContainerGuest(engine, id, link, limits, network, defences, this::discard);
    try {
      link.open(engine, id);
      return guest;
    } catch (GuestException | RuntimeException e) {
      guest.close();
      throw e;
    }
  }

  private void discard(String container, boolean busy) {
    if (!present.contains(container)) {
      return;
    }
    try {
      removers.execute(() -> remove(container, busy));
    } catch (RuntimeException e) { // closed already
      remove(container, busy);
    }
  }

  private void remove(String container, boolean busy) {
    if (!present.remove(container)) {
      return;
    }
    @Nullable InternetHelper helper = helpers.remove(container);
    for (int attempt = 1; !isRemoved(container, busy || attempt > 1); attempt++) {
      if (attempt == REMOVALS) {
        LOG.warn("a guest is left behind; the next run removes it: {}", container);
        if (helper != null) {
          helper.close(); // what is left of the guest has no Internet any more
        }
        return;
      }
      Duration pause = PAUSE.multipliedBy(attempt);
      Await.quietly(
          () -> {
            Thread.sleep(pause.toMillis());
            return true;
          });
    }
    if (helper != null) {
      internet.internet().orElseThrow().giveBack(helper);
    }
  }

  private boolean isRemoved(String container, boolean busy) {
    if (busy) {
      try {
        engine.free(container, agent);
      } catch (GuestException e) {
        LOG.debug("a guest is not freed: {}", e.getMessage()); // it may have ended meanwhile
      }
    }
    try {
      return engine.remove(container);
    } catch (GuestException e) {
      LOG.warn("a guest is not removed yet: {}", e.getMessage());
      return false;
    }
  }

  private boolean ends(ExecutorService threads) throws InterruptedException {
    threads.shutdown();
    return threads.awaitTermination(
        engine.timeouts().of(Timeout.CLEANING).toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void closeIfMade(Future<ContainerGuest> successor) {
    Await.quietly(
        () -> {
          try {
            successor.get(0, TimeUnit.SECONDS).close();
          } catch (ExecutionException | TimeoutException e) {
            // never made, or still being made by an engine that does not answer
          }
          return true;
        });
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Await.quietly(() -> ends(makers));
    successors.forEach(ContainerEnvironment::closeIfMade);
    Await.quietly(() -> ends(removers));
    present.forEach(guest -> remove(guest, false)); // guests that nobody closed
    internet.internet().ifPresent(InternetSupply::close);
    recorders.ifPresent(RecorderSupply::close);
    engine.close();
  }
}

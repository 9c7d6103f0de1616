package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Libraries;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.environment.Used;
import org.malassay.environments.agent.AgentEvent;
import org.malassay.environments.agent.AgentProtocol;
import org.malassay.environments.agent.Transcript;
import org.malassay.environments.host.LastWords;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.internet.GuestInternet;
import org.malassay.environments.libraries.LibrarySupply;
import org.malassay.environments.tracing.EmulatorLog;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.web.HttpAnswer;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;

/** A container with its agent attached. Made unstarted; {@link #start} brings it up. */
final class ContainerGuest implements Guest {
  /**
   * The folder of the sample, which droppers of IoT malware like: writable in every image, and on
   * the disk.
   */
  private static final String FOLDER = "/tmp";

  private static final int SIGKILL = 9;

  /** What a container's state says of a first process that was killed, 128 + SIGKILL. */
  private static final long KILLED = 137;

  private final Engine engine;
  private final String container;
  private final Limits limits;
  private final AgentLink link;
  private final Timeouts timeouts;
  private Optional<Emulation> emulation = Optional.empty();
  private Optional<Recorder> recorder = Optional.empty();
  private boolean isLogged;
  private final Optional<GuestInternet> internet;
  private final Set<ContainerDefence> defences;
  private boolean isNetworkRecorded;
  private Optional<LibrarySupply> supply = Optional.empty();
  private Optional<Libraries> libraries = Optional.empty();
  private @Nullable Sample delivered;
  private String path = "";
  private final Remover remover;

  /** True once processes of the sample keep the agent from its processor. */
  private volatile boolean busy;

  /** Takes a guest that is thrown away. */
  interface Remover {
    /**
     * Sees to its removal.
     *
     * @param busy true when it will not end by itself
     */
    void remove(String container, boolean busy);
  }

  /**
   * @param link attached to the container
   * @param internet that it finds itself in when it is started next; closed with it
   * @param defences that it has
   * @param remover takes the guest when it is thrown away
   */
  ContainerGuest(
      Engine engine,
      String container,
      AgentLink link,
      Limits limits,
      Optional<GuestInternet> internet,
      Set<ContainerDefence> defences,
      Remover remover) {
    this.defences = defences;
    this.engine = engine;
    this.container = container;
    this.limits = limits;
    this.link = link;
    this.internet = internet;
    this.timeouts = engine.timeouts();
    this.remover = remover;
  }

  /** Corrects what the emulator does to what Linux does, where that is possible. */
  void emulatedBy(Emulation how) {
    emulation = Optional.of(how);
  }

  /** Records what the sample does, by this recorder. */
  void recordedBy(Recorder by) {
    recorder = Optional.of(by);
  }

  /** Records what the sample does, by the log of the qemu-user that runs it. */
  void recordedByEmulator() {
    isLogged = true;
  }

  /** Gives it what its sample needs and it lacks. */
  void suppliedBy(LibrarySupply by) {
    supply = Optional.of(by);
  }

  /** Has what the sample says in the network recorded. */
  void recordsNetwork() {
    isNetworkRecorded = true;
  }

  /** The engine's id of the container. */
  String container() {
    return container;
  }

  /** Starts the container and waits until its web service answers. */
  void start() throws GuestException {
    Optional<Ending> ending = startService();
    if (ending.isPresent()) {
      throw said()
          .failure("the web service of the guest did not start (%s)".formatted(ending.get()));
    }
  }

  /**
   * Starts the container and waits until its web service answers, or ends.
   *
   * @return how the service's first process ended; empty when it answers
   */
  Optional<Ending> startService() throws GuestException {
    engine.start(container);
    try {
      if (internet.isPresent() && !defences.contains(ContainerDefence.READONLY)) {
        link.send(AgentProtocol.network(InternetHelper.GATEWAY));
      }
      return link.told().awaitService(timeouts.of(Timeout.SERVICE_START));
    } catch (TimeoutException e) {
      throw said()
          .failure(
              "the web service of the guest did not answer on its port"
                  + timeouts.over(Timeout.SERVICE_START),
              e);
    } catch (IOException e) {
      throw said().failure("the guest did not come up: " + e.getMessage(), e);
    }
  }

  /** What the ELF header of the service's program says. */
  AgentEvent.Hello hello() throws GuestException {
    try {
      return link.told().awaitHello(timeouts.of(Timeout.SERVICE_START));
    } catch (TimeoutException e) {
      throw said()
          .failure("the guest's agent said nothing" + timeouts.over(Timeout.SERVICE_START), e);
    } catch (IOException e) {
      throw said().failure("the guest's agent said nothing: " + e.getMessage(), e);
    }
  }

  /** The beginning of what the service has written: hostile text. */
  String serviceLog() {
    return new String(link.told().serviceLog(), UTF_8);
  }

  private LastWords said() {
    return new LastWords(Piece.SERVICE_LOG, serviceLog());
  }

  @Override
  public void put(Sample sample) throws GuestException {
    place(sample);
  }

  @Override
  public Optional<Libraries> libraries() {
    return libraries;
  }

  /** Puts a sample into the guest, with what it needs, and says where it lies. */
  String place(Sample sample) throws GuestException {
    if (supply.isPresent()) {
      libraries = Optional.of(supply.get().supply(sample, this::putLibrary));
    }
    String path = FOLDER + "/" + SafeText.fileName(sample.name());
    delivered = sample;
    try (InputStream in = sample.open()) {
      put("the sample", path, sample.size(), in);
    } catch (IOException e) {
      throw new GuestException("the sample could not be put into the guest: " + e.getMessage(), e);
    }
    return path;
  }

  private void putLibrary(String path, byte[] contents) throws GuestException {
    put("the library " + path, path, contents);
  }

  /** The same of what is in memory. */
  void put(String what, String path, byte[] contents) throws GuestException {
    put(what, path, contents.length, new ByteArrayInputStream(contents));
  }

  /**
   * Puts a file into the guest. What was put in last is what is run.
   *
   * @param what it is, for the message that it could not be
   */
  void put(String what, String path, long size, InputStream in) throws GuestException {
    this.path = path;
    try {
      link.sendFile(path, size, in, link.told());
      link.told().awaitDelivery(timeouts.of(Timeout.DELIVERY));
    } catch (TimeoutException e) {
      throw new GuestException(
          what + " could not be put into the guest" + timeouts.over(Timeout.DELIVERY), e);
    } catch (IOException e) {
      throw new GuestException(
          "%s could not be put into the guest: %s".formatted(what, e.getMessage()), e);
    }
  }

  @Override
  public Probe probe() throws GuestException {
    long start = System.nanoTime();
    try {
      Duration most = timeouts.of(Timeout.PROBE);
      Transcript.Answer answer =
          link.told()
              .ask(link, AgentProtocol.probe(most), most.plus(timeouts.of(Timeout.PROBE_TOLD)));
      return HttpAnswer.read(answer.bytes(), answer.end().latency(), answer.end().error());
    } catch (TimeoutException e) {
      return HttpAnswer.none(since(start), "the guest is too busy to be asked");
    } catch (IOException e) {
      return HttpAnswer.none(since(start), "the guest is down");
    }
  }

  /** Tells the agent the cookie by which a recorder knows the sample. */
  void mark(long cookie) throws GuestException {
    try {
      link.send(AgentProtocol.mark(cookie));
    } catch (IOException e) {
      throw new GuestException("the guest takes no commands: " + e.getMessage(), e);
    }
  }

  @Override
  public Execution run(Order order, EventSink events) throws GuestException {
    return emulation.isPresent()
        ? emulation.get().run(Objects.requireNonNull(delivered), order, it -> runAsItIs(it, events))
        : runAsItIs(order, events);
  }

  private Execution runAsItIs(Order order, EventSink events) throws GuestException {
    try {
      return internet.isPresent() && isNetworkRecorded
          ? internet.get().observe(sink -> runTelling(order, sink), events)
          : runTelling(order, events);
    } catch (GuestException e) {
      throw link.told().addTo(e);
    }
  }

  private Execution runTelling(Order order, EventSink events) throws GuestException {
    if (isLogged) {
      return runLogged(order, events);
    }
    return recorder.isPresent()
        ? recorder.get().record(events, FOLDER, order, cookie -> runMarked(order, cookie))
        : runToItsEnd(order);
  }

  private Execution runLogged(Order order, EventSink events) throws GuestException {
    List<String> command = new ArrayList<>(List.of(path));
    command.addAll(order.arguments());
    EmulatorLog log = new EmulatorLog(events, command, FOLDER);
    link.hand(log::take);
    try {
      link.send(AgentProtocol.log());
    } catch (IOException e) {
      throw new GuestException("the guest takes no commands: " + e.getMessage(), e);
    }
    return log.record(order, () -> runToItsEnd(order));
  }

  private Execution runMarked(Order order, long cookie) throws GuestException {
    mark(cookie);
    return runToItsEnd(order);
  }

  private Execution runToItsEnd(Order order) throws GuestException {
    long start = System.nanoTime();
    try {
      boolean forShell = delivered != null && delivered.facts().isForShell();
      link.told().starts();
      if (defences.contains(ContainerDefence.NOCAPS)) {
        link.send(AgentProtocol.withoutCapabilities());
      }
      Limits its = order.limits(limits);
      link.send(AgentProtocol.run(its, forShell, order.arguments()));
      return execution(link.told().awaitEnd(its.time().plus(timeouts.of(Timeout.STOPPED))));
    } catch (TimeoutException e) {
      return overdue(since(start));
    } catch (IOException e) {
      return guestDown(since(start), e);
    }
  }

  private Execution execution(AgentEvent.SampleEnd end) throws GuestException {
    boolean isUnseen =
        end.killedForMemory().isEmpty() && end.ending().equals(new Ending.Signaled(SIGKILL));
    return isUnseen
        ? link.told()
            .execution(
                end, engine.state(container).filter(ContainerGuest::wasOutOfMemory).isPresent())
        : link.told().execution(end);
  }

  /**
   * The agent could not tell that it stopped the sample: the sample has reached its limit anyway.
   */
  private Execution overdue(Duration duration) throws GuestException {
    busy = true;
    ContainerState state = present(engine.state(container));
    return link.told().unobserved(new Ending.Stopped(Limit.TIME), duration, wasOutOfMemory(state));
  }

  /** The conversation ended under the sample: who is to blame, it or the tool? */
  private Execution guestDown(Duration duration, IOException closed) throws GuestException {
    if (!engine.awaitEnd(container, timeouts.of(Timeout.STOPPED))) {
      throw new GuestException("the guest runs but is not heard: " + closed.getMessage(), closed);
    }
    ContainerState state = present(engine.state(container));
    boolean outOfMemory = wasOutOfMemory(state);
    if (!Long.valueOf(KILLED).equals(state.getExitCodeLong())) {
      throw new GuestException(
          "the guest ended with status %s while the sample ran: %s"
              .formatted(state.getExitCodeLong(), closed.getMessage()),
          closed);
    }
    if (engine.wasKilledThroughIt(container, state)) {
      throw new GuestException("somebody stopped the guest while the sample ran", closed);
    }
    String how =
        outOfMemory
            ? "the guest's first process was killed for want of memory"
            : "the guest's first process was killed";
    return link.told().unobserved(new Ending.GuestDown(how), duration, outOfMemory);
  }

  private static ContainerState present(Optional<ContainerState> state) throws GuestException {
    return state
        .filter(it -> !"removing".equals(it.getStatus()) && !Boolean.TRUE.equals(it.getDead()))
        .orElseThrow(() -> new GuestException("somebody removed the guest while the sample ran"));
  }

  private static boolean wasOutOfMemory(ContainerState state) {
    return Boolean.TRUE.equals(state.getOOMKilled());
  }

  @Override
  public Optional<Used> used() throws GuestException {
    return link.told().used(link, timeouts.of(Timeout.USAGE));
  }

  @Override
  public GuestFile read(String path, int most) throws GuestException {
    return link.told().read(link, path, most, timeouts.of(Timeout.FILE));
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    try {
      link.told().collect(evidence);
    } catch (IOException e) {
      throw new GuestException(
          "the evidence cannot be written to %s: %s".formatted(evidence.folder(), e), e);
    }
    if (internet.isPresent()) {
      internet.get().collect(evidence);
    }
  }

  @Override
  public void close() {
    link.close(); // the agent sees the end of its input and goes, with everything in the guest
    internet.ifPresent(GuestInternet::close);
    remover.remove(container, busy);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}

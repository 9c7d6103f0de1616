package org.malassay.environments.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Origin;
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
import org.malassay.environments.agent.AgentProtocol;
import org.malassay.environments.agent.Transcript;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.internet.GuestInternet;
import org.malassay.environments.libraries.LibrarySupply;
import org.malassay.environments.qemu.SampleWatch;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.web.HttpProbe;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;

/** A machine that is up, and the one session with it. */
public final class MachineGuest implements Guest {
  /** Where droppers of IoT malware like to put it; on the disk here. */
  private static final String FOLDER = "/tmp";

  /** What a guest takes in at least, on a host with much else to do. */
  private static final long BYTES_A_SECOND = 128 << 10;

  /** Of a file that an addition leaves, so many bytes are kept. */
  private static final int TRACE_BYTES = 64 << 10;

  private final Vm vm;
  private final Session session;
  private final Limits limits;
  private final int webPort;
  private Optional<Transcript> started = Optional.empty();
  private Optional<LibrarySupply> supply = Optional.empty();
  private Optional<Libraries> libraries = Optional.empty();
  private boolean delivered;
  private boolean forShell;
  private final Duration waited;
  private final Stopwatch stopwatch;
  private SampleWatch watch;
  private final Optional<Recorder> recorder;
  private final Optional<GuestInternet> told;
  private final List<Addition> additions;

  /**
   * @param webPort of the host's loopback, which leads to the web service
   * @param waited for its turn to start
   * @param stopwatch of its start, one lap a step
   * @param recorder of what its sample does, in the guest
   * @param isNetworkRecorded when what its sample says in its network is to be told
   * @param additions that it has
   */
  MachineGuest(
      Vm vm,
      int webPort,
      Session session,
      Limits limits,
      Duration waited,
      Stopwatch stopwatch,
      Optional<Recorder> recorder,
      boolean isNetworkRecorded,
      List<Addition> additions) {
    this.additions = additions;
    this.recorder = recorder;
    this.told = isNetworkRecorded ? vm.internet() : Optional.empty();
    this.waited = waited;
    this.stopwatch = stopwatch;
    this.watch = new SampleWatch(vm, limits.time(), session.silence());
    this.vm = vm;
    this.session = session;
    this.limits = limits;
    this.webPort = webPort;
  }

  /** The port of the host's loopback that leads to the web service. */
  public int webPort() {
    return webPort;
  }

  @Override
  public Duration waited() {
    return waited;
  }

  /** Gives it what its sample needs and it lacks. */
  public void suppliedBy(LibrarySupply by) {
    supply = Optional.of(by);
  }

  @Override
  public Optional<Libraries> libraries() {
    return libraries;
  }

  private void supply(String path, byte[] contents) throws GuestException {
    var unused =
        Patience.within(
            vm.timeouts(),
            usual(contents.length),
            "the library %s could not be put into the guest".formatted(path),
            () -> {
              session.supply(path, contents);
              return true;
            });
  }

  @Override
  public void put(Sample sample) throws GuestException {
    if (supply.isPresent()) {
      libraries = Optional.of(supply.get().supply(sample, this::supply));
    }
    String to = FOLDER + "/" + SafeText.fileName(sample.name());
    forShell = sample.facts().isForShell();
    delivered =
        Patience.within(
            vm.timeouts(),
            usual(sample.size()),
            "the sample could not be put into the guest",
            () -> {
              session.deliver(sample, to);
              return true;
            });
  }

  /** How long a delivery may take. */
  private static Duration usual(long size) {
    return Timeout.DELIVERY.usual().plusSeconds(size / BYTES_A_SECOND);
  }

  @Override
  public Probe probe() {
    return HttpProbe.ask(webPort, vm.timeouts().of(Timeout.PROBE));
  }

  @Override
  public Execution run(Order order, EventSink events) throws GuestException {
    if (!delivered) {
      throw new IllegalStateException("no sample was delivered");
    }
    return told.isPresent()
        ? told.get().observe(sink -> runTelling(order, sink), events)
        : runTelling(order, events);
  }

  private Execution runTelling(Order order, EventSink events) throws GuestException {
    return recorder.isPresent()
        ? recorder
            .get()
            .record(events, FOLDER, order, cookie -> runMarked(order, AgentProtocol.mark(cookie)))
        : runMarked(order, new byte[0]);
  }

  /**
   * @param mark by which a recorder knows the sample
   */
  private Execution runMarked(Order order, byte[] mark) throws GuestException {
    Limits its = order.limits(limits);
    watch = new SampleWatch(vm, its.time(), session.silence());
    byte[] run = AgentProtocol.run(watch.forTheAgent(its), forShell, order.arguments());
    byte[] commands = ByteBuffer.allocate(mark.length + run.length).put(mark).put(run).array();
    try {
      Transcript told = session.start(commands);
      started = Optional.of(told);
      return watch.await(told, () -> session.send(AgentProtocol.stop(Limit.TIME)));
    } catch (IOException e) {
      throw new GuestException("the sample could not be started: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<Used> used() {
    return vm.used();
  }

  @Override
  public GuestFile read(String path, int most) throws GuestException {
    return started.isPresent()
        ? started.get().read(session, path, most, vm.timeouts().of(Timeout.FILE))
        : GuestFile.SILENT;
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    try {
      evidence.write(Piece.CONSOLE, vm.console().getBytes(UTF_8));
      evidence.write(
          Piece.text("host.txt", "what the guest got of the host", Origin.HOST),
          """
          processor time that the guest got while the sample ran: %d ms
          time that it waited for a processor of the host, not counted against the limit: %d ms
          the guest was ready after: %s
          """
              .formatted(watch.got().ran().toMillis(), watch.got().waited().toMillis(), stopwatch)
              .getBytes(UTF_8));
      if (started.isPresent()) {
        started.get().collect(evidence);
      }
      for (Addition addition : additions) {
        for (Addition.Trace trace : addition.traces()) {
          GuestFile file = read(trace.path(), TRACE_BYTES);
          if (file.kind() == GuestFile.Kind.READ) {
            evidence.write(trace.piece(), file.contents().head());
          }
        }
      }
    } catch (IOException e) {
      throw new GuestException(
          "the evidence cannot be written to %s: %s".formatted(evidence.folder(), e), e);
    }
    if (told.isPresent()) {
      told.get().collect(evidence);
    }
  }

  @Override
  public void close() {
    vm.close(); // first: a guest that is gone has nothing to say
    session.close();
  }
}

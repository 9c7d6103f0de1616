package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Origin;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.environment.Used;
import org.malassay.environments.agent.AgentProtocol;
import org.malassay.environments.agent.Transcript;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.internet.GuestInternet;
import org.malassay.environments.qemu.SampleWatch;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.web.HttpConnection;
import org.malassay.environments.web.HttpProbe;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;

/**
 * A unikernel that is up. The sample is delivered and started through the application's web
 * service: two of its endpoints stand in for an exploit.
 */
final class UnikernelGuest implements Guest {
  private static final Piece CAPTURE =
      new Piece(
          UnikernelMachine.CAPTURE,
          "what went over the guest's network",
          "application/vnd.tcpdump.pcap",
          Origin.NETWORK);
  private static final String DELIVER = "/debug/sample/";
  private static final String FILE = "/debug/file/";
  private static final String RUN = "/debug/run";
  private static final String RUN_RECORDED = RUN + "/recorded";
  private static final String SILENCE = "the guest's connection to the sample was ended";
  private static final int OK = 200;
  private static final int TOO_LARGE = 413;
  private static final int NO_ROOM = 507;

  private final Vm vm;
  private final int port;
  private final Limits limits;
  private final Set<Facet> recorded;
  private final Optional<GuestInternet> internet;
  private final Runnable prepareNext;
  private boolean doesNotFit;
  private boolean forShell;

  /**
   * @param port of the host's loopback that leads to the web service
   * @param recorded what the guest records of its sample; nothing where its kernel does not
   * @param isNetworkRecorded true when what its sample says in its network is told
   * @param prepareNext called when the sample is about to run: the service has been probed before,
   *     with nothing beside it
   */
  UnikernelGuest(
      Vm vm,
      int port,
      Limits limits,
      Set<Facet> recorded,
      boolean isNetworkRecorded,
      Runnable prepareNext) {
    this.vm = vm;
    this.port = port;
    this.limits = limits;
    this.recorded = recorded;
    this.internet = vm.internet().filter(it -> isNetworkRecorded);
    this.prepareNext = prepareNext;
  }

  @Override
  public void put(Sample sample) throws GuestException {
    forShell = sample.facts().isForShell();
    try (InputStream in = sample.open()) {
      put(SafeText.fileName(sample.name()), in, sample.size());
    } catch (IOException e) {
      throw new GuestException("the sample could not be put into the guest: " + e.getMessage(), e);
    }
  }

  /** Puts a file in, by a name that is safe. */
  void put(String name, InputStream in, long size) throws GuestException {
    try (HttpConnection post =
        HttpConnection.post(port, DELIVER + name, in, size, vm.timeouts().of(Timeout.DELIVERY))) {
      int status = post.status();
      doesNotFit = status == TOO_LARGE || status == NO_ROOM;
      if (status != OK && !doesNotFit) {
        throw new GuestException("the guest did not take the sample: HTTP status " + status);
      }
    } catch (SocketTimeoutException e) {
      throw new GuestException(
          "the sample could not be put into the guest" + vm.timeouts().over(Timeout.DELIVERY), e);
    } catch (IOException e) {
      throw new GuestException("the sample could not be put into the guest: " + e.getMessage(), e);
    }
  }

  @Override
  public Probe probe() {
    return HttpProbe.ask(port, vm.timeouts().of(Timeout.PROBE));
  }

  @Override
  public Execution run(Order order, EventSink events) throws GuestException {
    prepareNext.run();
    if (doesNotFit) {
      return Execution.notStarted(new Ending.Refused("ENOMEM"));
    }
    Limits its = order.limits(limits);
    byte[] command = AgentProtocol.order(its, forShell, order.arguments());
    return internet.isPresent()
        ? internet.get().observe(sink -> run(command, its, sink), events)
        : run(command, its, events);
  }

  private Execution run(byte[] command, Limits its, EventSink events) throws GuestException {
    if (recorded.isEmpty()) {
      return run(RUN, command, its, events, record -> {});
    }
    ShimRecording recording = new ShimRecording(recorded, events);
    Execution execution = run(RUN_RECORDED, recording.order(command), its, events, recording::take);
    return execution.with(recording.finish(), execution.observed());
  }

  private Execution run(
      String path, byte[] command, Limits its, EventSink events, Consumer<ByteBuffer> records)
      throws GuestException {
    try (HttpConnection post =
        HttpConnection.post(
            port,
            path,
            new ByteArrayInputStream(command),
            command.length,
            vm.timeouts().of(Timeout.DELIVERY))) {
      post.takeYourTime(); // from here on, the watch looks after the time
      Answer answer = new Answer(post);
      Transcript told = Transcript.of(answer, its.outputBytes(), events, records);
      Execution execution = new SampleWatch(vm, its.time(), SILENCE).await(told);
      answer.check();
      return execution;
    } catch (IOException e) {
      throw new GuestException("the sample could not be started: " + e.getMessage(), e);
    }
  }

  /**
   * What the guest says of the sample, its head read by whoever reads first: not even that may be
   * waited for, since the sample runs already, and may have wiped the service.
   */
  private static final class Answer extends FilterInputStream {
    private final HttpConnection post;
    private volatile int status;

    Answer(HttpConnection post) {
      super(post.body());
      this.post = post;
    }

    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
      if (status == 0) {
        status = post.status();
      }
      return status == OK ? super.read(bytes, at, length) : -1;
    }

    /** A guest that started no sample answers with another status. */
    void check() throws GuestException {
      if (status != 0 && status != OK) {
        throw new GuestException("the guest did not start the sample: HTTP status " + status);
      }
    }
  }

  @Override
  public Optional<Used> used() {
    return vm.used();
  }

  /**
   * The application hands it out, as an attacker would have it do that has come in through it. The
   * guest does not know what was there before the sample.
   */
  @Override
  public GuestFile read(String path, int most) {
    try (HttpConnection get =
        HttpConnection.get(port, FILE + halves(path), vm.timeouts().of(Timeout.FILE))) {
      return get.contents(most)
          .map(contents -> GuestFile.read(contents, true))
          .orElse(GuestFile.unreadable("there is no such file"));
    } catch (IOException e) {
      return GuestFile.SILENT;
    }
  }

  /** Each half of a byte as a letter, as {@code http.c} has it. */
  static String halves(String path) {
    StringBuilder halves = new StringBuilder();
    for (byte b : path.getBytes(UTF_8)) {
      halves.append((char) ('@' + (b >> 4 & 0xF))).append((char) ('@' + (b & 0xF)));
    }
    return halves.toString();
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    try {
      evidence.write(Piece.CONSOLE, vm.console().getBytes(UTF_8));
      if (vm.internet().isEmpty()) {
        endCapture();
        evidence.write(CAPTURE, Files.readAllBytes(vm.file(UnikernelMachine.CAPTURE)));
      }
    } catch (IOException e) {
      throw new GuestException(
          "the evidence cannot be written to %s: %s".formatted(evidence.folder(), e), e);
    }
    if (internet.isPresent()) {
      internet.get().collect(evidence);
    }
  }

  /** Ends the capture, so that its last packet is whole. */
  private void endCapture() {
    try {
      vm.qmp()
          .execute(
              "qom-set",
              Map.of(
                  "path",
                  "/objects/" + UnikernelMachine.FILTER,
                  "property",
                  "status",
                  "value",
                  "off"));
    } catch (GuestException e) {
      // QEMU is gone with the guest, and writes nothing more
    }
  }

  @Override
  public void close() {
    vm.close();
  }
}

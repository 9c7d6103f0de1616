package org.malassay.environments.internet;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Evidence;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeout;

/**
 * The network of one guest, and everybody whom the guest meets there. Safe for use by several
 * threads.
 */
public final class GuestNetwork {
  private static final String UNFINISHED = "capture.unfinished";
  private static final long NANOS = 1_000_000_000L;
  private static final int FIRST_DATA_PORT = 50_000;
  private static final int DATA_PORTS = 10_000;
  private static final int MOST_DATA_PORTS = 256;

  /** Bytes that wait for a guest that does not read, on all its connections. */
  static final long MOST_UNSAID = 16L << 20;

  private final Relay relay;
  private final Answers answers;
  private final Path folder;
  private final CompletableFuture<Relay.Ready> ready = new CompletableFuture<>();
  private final List<FirstBytes.Service> services;

  // Guarded by this.
  private final Chronicle chronicle;
  private final ConversationFile conversations;
  private final Datagrams datagrams;
  private final Allowance allowance = new Allowance();
  private final Map<Integer, Line> lines = new HashMap<>();
  private final Map<DataPort, FtpDialogue> dataPorts = new HashMap<>();
  private @Nullable PacketFile capture;
  private Optional<String> captureFailure = Optional.empty();
  private @Nullable CompletableFuture<Traffic> counting;
  private Optional<Traffic> lastTraffic = Optional.empty();
  private int nextDataPort;
  private long unsaid;
  private long unanswered;
  private long now;
  private long ahead = Long.MIN_VALUE / 2;
  private long start;
  private boolean over;

  /** A port of a server that the guest was told to connect to. */
  private record DataPort(InetAddress peer, int port) {}

  GuestNetwork(Relay relay, Answers answers, Path folder) {
    this.relay = relay;
    this.answers = answers;
    this.folder = folder;
    this.conversations = new ConversationFile(folder.resolve(ConversationFile.NAME));
    this.chronicle = new Chronicle(conversations);
    NameServer names = new NameServer(answers);
    this.datagrams = new Datagrams(this, chronicle, answers, names);
    this.services = services(names);
  }

  /** What may be spoken on a connection: first what the user added, by the order of the rules. */
  private List<FirstBytes.Service> services(NameServer names) {
    List<FirstBytes.Service> services = new ArrayList<>();
    for (Script script : answers.scripts(Script.Transport.TCP)) {
      services.add(
          new FirstBytes.Service(
              script.protocol(),
              script.tells(),
              script.ports(),
              script.greeting() != null,
              script.unit() == Script.Unit.BYTES,
              talk -> new ScriptDialogue(script, talk)));
    }
    services.add(
        new FirstBytes.Service("tls", TlsDialogue.TELLS, Set.of(), false, true, TlsDialogue::new));
    services.add(
        new FirstBytes.Service(
            "http",
            HttpDialogue.TELLS,
            Set.of(80, 8080),
            false,
            true,
            talk -> new HttpDialogue(answers, talk)));
    services.add(
        new FirstBytes.Service(
            "ftp",
            null,
            Set.of(21, 2121),
            true,
            false,
            talk -> new FtpDialogue(answers, talk, server -> openDataPort(talk.ends(), server))));
    services.add(
        new FirstBytes.Service(
            "dns", null, Set.of(53), false, false, talk -> new NameDialogue(names, talk)));
    return List.copyOf(services);
  }

  private int openDataPort(Ends ends, FtpDialogue server) {
    nextDataPort = (nextDataPort + 1) % DATA_PORTS;
    int port = FIRST_DATA_PORT + nextDataPort;
    if (dataPorts.size() >= MOST_DATA_PORTS) {
      dataPorts.clear(); // a client that asks for so many uses none
    }
    dataPorts.put(new DataPort(ends.peer(), port), server);
    return port;
  }

  CompletableFuture<Relay.Ready> ready() {
    return ready;
  }

  /**
   * What is known of the pair of network namespaces.
   *
   * @throws GuestException if there is none
   */
  public Relay.Ready pair() throws GuestException {
    return relay.await(ready, Timeout.INTERNET_NETWORK, "make a network");
  }

  /**
   * Tells from now on what the guest says, as events; conversations are told when they are over.
   *
   * @param start of the sample, which the events' times count from, by the clock of the kernel that
   *     the guest's network is in
   */
  public synchronized void observe(Instant start, EventSink sink) {
    this.start = start.getEpochSecond() * NANOS + start.getNano();
    chronicle.observe(this.start, sink);
  }

  /** What has passed so far; what was known last, when the guest's network is gone. */
  public Traffic traffic() throws GuestException {
    CompletableFuture<Traffic> answer;
    synchronized (this) {
      if (over) {
        return lastTraffic.orElseThrow(GuestNetwork::notCounted);
      }
      boolean asks = counting == null;
      answer = Objects.requireNonNullElseGet(counting, CompletableFuture::new);
      counting = answer;
      if (asks) {
        relay.send(Frame.COUNTS, 0);
      }
    }
    return relay.await(answer, Timeout.INTERNET_COUNTS, "count");
  }

  /** The same; what was known last, when the program is gone or too slow as well. */
  Optional<Traffic> lastTraffic() {
    try {
      return Optional.of(traffic());
    } catch (GuestException e) {
      synchronized (this) {
        return lastTraffic;
      }
    }
  }

  // --- what the program tells

  void on(Frame frame) {
    try {
      synchronized (this) {
        if (!over) {
          hear(frame);
        }
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalStateException("a short frame of type " + frame.type(), e);
    }
  }

  private void hear(Frame frame) {
    ByteBuffer in = frame.payload();
    switch (frame.type()) {
      case Frame.READY -> {
        hasTime(in);
        ready.complete(
            new Relay.Ready(
                in.getLong(), in.get() != 0, Duration.ofNanos(in.getInt() * 1000L), ports(in)));
      }
      case Frame.TICK -> {
        hasTime(in);
        datagrams.tick();
        List.copyOf(lines.values()).forEach(Line::tick);
      }
      case Frame.OPENED -> {
        hasTime(in);
        open(frame.id(), Ends.read(in));
      }
      case Frame.DATA -> {
        hasTime(in);
        find(frame).ifPresent(line -> line.hear(rest(in)));
      }
      case Frame.CLOSED -> {
        hasTime(in);
        boolean broke = in.getInt() != 0;
        find(frame).ifPresent(line -> line.closed(broke));
      }
      case Frame.TAKEN -> {
        int bytes = in.getInt();
        find(frame).ifPresent(line -> line.taken(bytes));
      }
      case Frame.DATAGRAM -> {
        hasTime(in);
        Ends ends = Ends.read(in);
        datagrams.hear(ends, rest(in));
      }
      case Frame.PACKET -> capture(in);
      case Frame.COUNTS -> count(in);
      default -> throw new IllegalStateException("an unknown frame of type " + (int) frame.type());
    }
  }

  private static Map<Integer, Integer> ports(ByteBuffer in) {
    Map<Integer, Integer> ports = new HashMap<>();
    while (in.hasRemaining()) {
      ports.put(Short.toUnsignedInt(in.getShort()), Short.toUnsignedInt(in.getShort()));
    }
    return Map.copyOf(ports);
  }

  private void hasTime(ByteBuffer in) {
    long time = in.getLong();
    now = Math.max(now, time);
    ahead = Math.max(ahead, time - System.nanoTime());
  }

  /**
   * What time it is by the clock of the kernel that the network is in, which need not be this
   * machine's: as the frame tells that was least long on its way.
   */
  public synchronized Instant clock() {
    return Instant.ofEpochSecond(0, System.nanoTime() + ahead);
  }

  private static byte[] rest(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }

  private Optional<Line> find(Frame frame) {
    return Optional.ofNullable(lines.get(frame.id()));
  }

  private void open(int id, Ends ends) {
    Chronicle.Entry entry = chronicle.begin("tcp", ends, now);
    @Nullable FtpDialogue server = dataPorts.remove(new DataPort(ends.peer(), ends.peerPort()));
    lines.put(
        id,
        new Line(
            this,
            id,
            ends,
            entry,
            server == null ? talk -> new FirstBytes(services, talk) : server::data));
  }

  private void capture(ByteBuffer in) {
    long time = in.getLong();
    int length = in.getInt();
    boolean toGuest = in.get() != 0;
    Packet packet = new Packet(time, toGuest, length, rest(in));
    chronicle.hear(packet);
    if (!chronicle.observes() || captureFailure.isPresent()) {
      return;
    }
    try {
      if (capture == null) {
        capture = PacketFile.create(folder.resolve(UNFINISHED), "");
      }
      capture.write(packet, Optional.empty());
    } catch (IOException e) {
      captureFailure = Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void count(ByteBuffer in) {
    long sent = in.getLong();
    long received = in.getLong();
    long captured = in.getLong();
    in.getLong(); // datagrams that were heard
    Traffic traffic = new Traffic(sent, received, captured, in.getLong(), in.getLong(), unanswered);
    lastTraffic = Optional.of(traffic);
    if (counting != null) {
      counting.complete(traffic);
      counting = null;
    }
  }

  // --- for those who answer

  long now() {
    return now;
  }

  boolean mayAnswer() {
    boolean may = allowance.take(now);
    unanswered += may ? 0 : 1;
    return may;
  }

  List<Answers.Command> commands(String protocol) {
    return answers.commands(protocol);
  }

  void send(ByteBuffer frame) {
    relay.send(frame);
  }

  /** So many bytes more wait for the guest; or fewer. */
  void hold(long bytes) {
    unsaid += bytes;
  }

  /** Whether too much waits for the guest already. */
  boolean isFull() {
    return unsaid > MOST_UNSAID;
  }

  void forget(int id) {
    lines.remove(id);
  }

  // --- the end

  /** Another guest has the program now. */
  void replaced() {
    fail(new GuestException("the guest's network was replaced by that of another"));
  }

  /** The program is gone. */
  void fail(GuestException failure) {
    ready.completeExceptionally(failure);
    synchronized (this) {
      end(failure);
    }
  }

  /**
   * @param why nobody hears an answer any more
   */
  private void end(GuestException why) {
    if (over) {
      return;
    }
    List.copyOf(lines.values()).forEach(Line::end);
    datagrams.end();
    chronicle.end();
    conversations.close();
    over = true;
    if (counting != null) {
      counting.completeExceptionally(why);
      counting = null;
    }
  }

  private static GuestException notCounted() {
    return new GuestException("the guest's network is gone, and had not counted");
  }

  /**
   * Ends what is still said, and tells of it. Nothing is heard of the guest from then on.
   *
   * @return how much of all that the guest said was told
   */
  public FacetState finish() {
    Optional<Traffic> traffic = lastTraffic();
    synchronized (this) {
      end(notCounted());
      try {
        if (capture != null) {
          capture.close();
        }
      } catch (IOException e) {
        captureFailure = Optional.of(String.valueOf(e.getMessage()));
      }
      return state(traffic);
    }
  }

  /**
   * Writes capture and conversations among the evidence, once all is told.
   *
   * @param owners of the conversations, for the comments on the packets
   */
  public synchronized void collect(Evidence evidence, Owners owners) throws GuestException {
    try {
      Path captured = folder.resolve(UNFINISHED);
      if (Files.exists(captured)) {
        PacketFile.annotate(
            captured,
            evidence.stream(PacketFile.PIECE),
            comment(lastTraffic),
            packet -> packet.header().flatMap(it -> owners.comment(packet, it, start)));
      }
      Path said = folder.resolve(ConversationFile.NAME);
      if (Files.exists(said)) {
        evidence.write(ConversationFile.PIECE, Files.readAllBytes(said));
      }
    } catch (IOException e) {
      throw new GuestException(
          "the evidence cannot be written to %s: %s".formatted(evidence.folder(), e), e);
    }
  }

  private static String comment(Optional<Traffic> traffic) {
    return traffic
        .map(
            it ->
                it.captured() < it.packets()
                    ? "%d packets are not in the capture".formatted(it.packets() - it.captured())
                    : "all packets are in the capture")
        .orElse("whether all packets are in the capture is not known");
  }

  /** How much was told of all that the guest said. */
  private FacetState state(Optional<Traffic> traffic) {
    FacetState state = chronicle.state();
    Traffic all = traffic.orElse(Traffic.NONE);
    state = cut(state, all.datagramsLost(), "a flood of datagrams");
    state = cut(state, all.connectionsRefused(), "more connections at once than there may be");
    if (traffic.isEmpty()) {
      state = state.and(FacetState.cut(0, "the simulated Internet ended before it had told all"));
    } else if (all.captured() < all.packets()) {
      state = state.and(FacetState.cut(0, comment(traffic)));
    }
    if (captureFailure.isPresent()) {
      state =
          state.and(FacetState.cut(0, "the capture cannot be written: " + captureFailure.get()));
    }
    if (!conversations.isWhole()) {
      state = state.and(FacetState.cut(0, "what was said cannot be written"));
    }
    return state;
  }

  private static FacetState cut(FacetState state, long lost, String why) {
    return lost == 0 ? state : state.and(FacetState.cut(lost, why));
  }
}

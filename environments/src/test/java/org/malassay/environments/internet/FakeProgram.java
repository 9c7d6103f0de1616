package org.malassay.environments.internet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.Question;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;
import org.malassay.options.Options;

/**
 * Stands for the program {@code internet} and a guest behind it, with a clock of its own: tells
 * frames and takes them, without a network.
 */
final class FakeProgram {
  static final Instant START = Instant.ofEpochSecond(1_800_000_000L);
  static final String PEER = "203.0.113.7";
  private static final String GUEST = "192.168.1.50";

  final Relay relay = new Relay(this::write, new Timeouts(1));
  final GuestNetwork network;
  final List<Event> events = new ArrayList<>();
  final List<byte[]> datagrams = new ArrayList<>();
  final List<Ends> datagramEnds = new ArrayList<>();
  final Map<Integer, ByteArrayOutputStream> said = new HashMap<>();
  final Set<Integer> finished = new HashSet<>();
  final Set<Integer> killed = new HashSet<>();

  /** False: the guest takes nothing that is said to it. */
  boolean reads = true;

  /** What the program counts, when it is asked. */
  Traffic counts = new Traffic(5, 4, 9, 0, 0, 0);

  private final FrameReader commands = new FrameReader(this::on);
  private long now = START.getEpochSecond() * 1_000_000_000L;
  private int nextId = 1;
  private int nextPort = 40_000;

  FakeProgram(Path folder, String... options) {
    this(folder, answers(options));
  }

  FakeProgram(Path folder, Answers answers) {
    try {
      network = relay.next(answers, folder);
    } catch (GuestException e) {
      throw new AssertionError(e);
    }
    network.observe(START, events::add);
  }

  /** The answers with these options, each a name and a value. */
  static Answers answers(String... options) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      given.put(options[i], options[i + 1]);
    }
    HarmlessPrograms programs =
        new HarmlessPrograms(
            Map.of("arm", "an ARM program".getBytes(ISO_8859_1), "mips", new byte[] {'m'}));
    return Answers.load(Options.of(given), programs);
  }

  // --- what the guest does

  static Ends ends(String guest, int guestPort, String peer, int peerPort) {
    try {
      return new Ends(
          InetAddress.getByName(guest), guestPort, InetAddress.getByName(peer), peerPort);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  int connect(int port) {
    return connect(PEER, port);
  }

  int connect(String peer, int port) {
    int id = nextId++;
    Ends ends = ends(GUEST, nextPort++, peer, port);
    ByteBuffer frame = timed(Frame.OPENED, id, Ends.BYTES);
    ends.write(frame);
    take(frame);
    return id;
  }

  void say(int id, String text) {
    say(id, text.getBytes(ISO_8859_1));
  }

  void say(int id, byte[] bytes) {
    take(timed(Frame.DATA, id, bytes.length).put(bytes));
  }

  /** The guest says nothing more. */
  void end(int id) {
    take(timed(Frame.CLOSED, id, Integer.BYTES).putInt(0));
  }

  void breakOff(int id) {
    take(timed(Frame.CLOSED, id, Integer.BYTES).putInt(104));
  }

  /** What the guest has been told since this was asked last. */
  String heard(int id) {
    ByteArrayOutputStream bytes = said.computeIfAbsent(id, it -> new ByteArrayOutputStream());
    String text = bytes.toString(ISO_8859_1);
    bytes.reset();
    return text;
  }

  /** Connects, says something, and hears the answer. */
  String ask(int port, String text) {
    int id = connect(port);
    say(id, text);
    return heard(id);
  }

  void send(int guestPort, int port, byte[] datagram) {
    send(ends(GUEST, guestPort, PEER, port), datagram);
  }

  void send(Ends ends, byte[] datagram) {
    ByteBuffer frame = timed(Frame.DATAGRAM, 0, Ends.BYTES + datagram.length);
    ends.write(frame);
    take(frame.put(datagram));
  }

  void packet(long time, boolean toGuest, byte[] bytes) {
    take(
        Frame.begin(Frame.PACKET, 0, Long.BYTES + Integer.BYTES + 1 + bytes.length)
            .putLong(time)
            .putInt(bytes.length)
            .put((byte) (toGuest ? 1 : 0))
            .put(bytes));
  }

  /** Lets time pass. */
  void pass(Duration duration) {
    long end = now + duration.toNanos();
    while (now < end) {
      now = Math.min(end, now + 100_000_000L);
      take(timed(Frame.TICK, 0, 0));
    }
  }

  // --- frames

  void take(ByteBuffer frame) {
    try {
      byte[] bytes = new byte[frame.flip().remaining()];
      frame.get(bytes);
      relay.take(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  ByteBuffer timed(char type, int id, int length) {
    return Frame.begin(type, id, Long.BYTES + length).putLong(now);
  }

  private void write(byte[] bytes) throws IOException {
    commands.read(bytes);
  }

  private void on(Frame frame) {
    ByteBuffer in = frame.payload();
    switch (frame.type()) {
      case Frame.READY ->
          take(timed(Frame.READY, 0, 13).putLong(4_026_531_992L).put((byte) 1).putInt(1500));
      case Frame.DATA -> {
        byte[] data = new byte[in.remaining()];
        in.get(data);
        said.computeIfAbsent(frame.id(), it -> new ByteArrayOutputStream()).writeBytes(data);
        if (reads) {
          take(Frame.begin(Frame.TAKEN, frame.id(), Integer.BYTES).putInt(data.length));
        }
      }
      case Frame.CLOSED -> finished.add(frame.id());
      case Frame.KILL -> killed.add(frame.id());
      case Frame.DATAGRAM -> {
        datagramEnds.add(Ends.read(in));
        byte[] data = new byte[in.remaining()];
        in.get(data);
        datagrams.add(data);
      }
      case Frame.COUNTS ->
          take(
              Frame.begin(Frame.COUNTS, 0, 6 * Long.BYTES)
                  .putLong(counts.sent())
                  .putLong(counts.received())
                  .putLong(counts.captured())
                  .putLong(7)
                  .putLong(counts.datagramsLost())
                  .putLong(counts.connectionsRefused()));
      default -> throw new AssertionError("an unknown command: " + frame.type());
    }
  }

  // --- events

  List<Conversation> conversations() {
    return events.stream()
        .filter(Conversation.class::isInstance)
        .map(Conversation.class::cast)
        .toList();
  }

  /** The questions, each as protocol, what was asked and what was answered. */
  List<String> questions() {
    return events.stream()
        .filter(Question.class::isInstance)
        .map(Question.class::cast)
        .map(it -> "%s: %s: %s".formatted(it.protocol(), it.asked(), it.answer()))
        .toList();
  }
}

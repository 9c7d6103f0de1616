package org.malassay.environments.internet;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Datagrams that the guest sends: those between the same two ends are one conversation, until
 * nothing comes any more. Bounded in conversations at once: the one that was silent longest gives
 * way.
 */
final class Datagrams {
  static final int MOST = 2_048;

  private static final long SILENCE_NS = 30_000_000_000L;
  private static final int DYNAMIC_PORTS = 49_152;
  private static final int LAST_PORT = 65_535;
  private static final int NTP = 123;

  private final GuestNetwork network;
  private final Chronicle chronicle;
  private final NameServer names;
  private final FileServer files;
  private final List<Script> scripts;
  private int port = DYNAMIC_PORTS;

  /** In the order in which they were heard last. */
  private final Map<Ends, Flow> flows = new LinkedHashMap<>(16, 0.75f, true);

  Datagrams(GuestNetwork network, Chronicle chronicle, Answers answers, NameServer names) {
    this.network = network;
    this.chronicle = chronicle;
    this.names = names;
    this.files = new FileServer(answers, this::nextPort);
    this.scripts = answers.scripts(Script.Transport.UDP);
  }

  private int nextPort() {
    port = port == LAST_PORT ? DYNAMIC_PORTS : port + 1;
    return port;
  }

  /** One conversation. */
  private final class Flow extends ToldTalk {
    private long heardAt;

    Flow(Ends ends) {
      super(
          Datagrams.this.network, ends, chronicle.begin("udp", ends, Datagrams.this.network.now()));
      this.heardAt = now();
    }

    @Override
    public void say(byte[] bytes) {
      entry.received(now(), bytes, bytes.length);
      ByteBuffer frame = Frame.begin(Frame.DATAGRAM, 0, Ends.BYTES + bytes.length);
      ends.write(frame);
      network.send(frame.put(bytes));
    }

    @Override
    public void finish() {} // a datagram has no end
  }

  private Flow flow(Ends ends) {
    Flow flow = flows.get(ends);
    if (flow == null) {
      if (flows.size() >= MOST) {
        Iterator<Flow> oldest = flows.values().iterator();
        oldest.next().entry.end();
        oldest.remove();
      }
      flow = new Flow(ends);
      flows.put(ends, flow);
    }
    return flow;
  }

  void hear(Ends ends, byte[] bytes) {
    Flow flow = flow(ends);
    flow.heardAt = network.now();
    flow.entry.sent(network.now(), bytes, bytes.length);
    if (files.knows(ends)) {
      files.hear(flow, bytes);
    } else if (network.mayAnswer()) {
      answer(flow, bytes);
    }
  }

  private void answer(Flow flow, byte[] bytes) {
    Optional<Script> script = script(flow.ends.peerPort(), Latin.text(bytes));
    if (script.isPresent()) {
      flow.speaks(script.get().protocol());
      ScriptDialogue.answer(script.get(), flow, bytes);
    } else if (NameServer.isQuestion(bytes)) {
      flow.speaks("dns");
      names
          .answer(bytes, false)
          .ifPresent(
              answer -> {
                flow.say(answer.message());
                flow.asked(answer.asked(), answer.told());
              });
    } else if (FileServer.isRequest(bytes)) {
      flow.speaks("tftp");
      files.begin(bytes, flow, port -> flow(flow.ends.withPeerPort(port)));
    } else if (flow.ends.peerPort() == NTP && TimeServer.isQuestion(bytes)) {
      flow.speaks("ntp");
      flow.say(TimeServer.answer(bytes, network.now()));
      flow.asked("time", "the time");
    }
  }

  private Optional<Script> script(int port, String datagram) {
    return scripts.stream()
        .filter(
            script ->
                script.tells() != null
                    ? script.tells().pattern().matcher(datagram).lookingAt()
                    : script.ports().contains(port))
        .findFirst();
  }

  void tick() {
    files.tick(network.now(), this::flow);
    for (Iterator<Flow> oldest = flows.values().iterator(); oldest.hasNext(); ) {
      Flow flow = oldest.next();
      if (network.now() - flow.heardAt <= SILENCE_NS) {
        break;
      }
      flow.entry.end();
      oldest.remove();
    }
  }

  /** Ends all conversations. */
  void end() {
    flows.values().forEach(flow -> flow.entry.end());
    flows.clear();
  }
}

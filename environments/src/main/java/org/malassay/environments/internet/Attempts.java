package org.malassay.environments.internet;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Endpoint;

/**
 * Conversations that only packets tell of: connections that were begun and not made, as a scan with
 * packets of one's own making does; ping; protocols that are neither TCP nor UDP. What a kernel
 * says by itself to find its neighbors is none. Bounded; what comes beyond is counted.
 */
final class Attempts {
  private static final int MOST = Chronicle.MOST;
  private static final int SYN = 2;
  private static final int ACK = 16;
  private static final int ECHO = 8;
  private static final int ECHO_REPLY = 0;
  private static final int ECHO_V6 = 128;
  private static final int ECHO_REPLY_V6 = 129;
  private static final int IGMP = 2;

  private final Map<Key, Seen> seen = new LinkedHashMap<>();
  private final Set<Key> told = new HashSet<>();
  private long lost;

  /** Who tries to talk to whom. */
  record Key(String transport, Endpoint guest, Endpoint peer) {}

  /** What was seen of it. */
  private static final class Seen {
    private final long first;
    private long last;
    private long sent;
    private long received;
    private byte[] firstSent = {};
    private byte[] firstReceived = {};

    Seen(long first) {
      this.first = first;
      this.last = first;
    }
  }

  private static Key key(String transport, Ends ends) {
    return new Key(transport, ends.guestEnd(), ends.peerEnd());
  }

  /** A conversation that is told by itself. */
  void isTold(String transport, Ends ends) {
    if (told.size() < MOST) {
      told.add(key(transport, ends));
    }
  }

  /** When the first packet of a conversation came that is over now; empty if it was not seen. */
  OptionalLong begun(String transport, Ends ends) {
    @Nullable Seen first = seen.remove(key(transport, ends));
    return first == null ? OptionalLong.empty() : OptionalLong.of(first.first);
  }

  void hear(Packet packet) {
    packet.header().filter(header -> counts(packet, header)).ifPresent(it -> hear(packet, it));
  }

  private static boolean counts(Packet packet, Packet.Header header) {
    if (header.isTcp()) {
      return !packet.toGuest() && (header.flags() & (SYN | ACK)) == SYN;
    }
    if (header.isIcmp()) {
      return header.flags() == (packet.toGuest() ? ECHO_REPLY : ECHO);
    }
    if (header.isIcmpv6()) {
      return header.flags() == (packet.toGuest() ? ECHO_REPLY_V6 : ECHO_V6);
    }
    return header.protocol() != IGMP;
  }

  private void hear(Packet packet, Packet.Header header) {
    boolean sent = !packet.toGuest();
    Key key =
        new Key(
            header.transport(),
            sent ? header.source() : header.destination(),
            sent ? header.destination() : header.source());
    @Nullable Seen what = seen.get(key);
    if (what == null) {
      if (!sent) {
        return; // nobody asked for it
      }
      if (seen.size() >= MOST) {
        lost++;
        return;
      }
      what = new Seen(packet.time());
      seen.put(key, what);
    }
    what.last = Math.max(what.last, packet.time());
    byte[] payload = payload(packet, header);
    if (sent) {
      what.sent += header.payloadLength();
      what.firstSent = what.firstSent.length == 0 ? payload : what.firstSent;
    } else {
      what.received += header.payloadLength();
      what.firstReceived = what.firstReceived.length == 0 ? payload : what.firstReceived;
    }
  }

  private static byte[] payload(Packet packet, Packet.Header header) {
    int from = Math.min(header.payload(), packet.bytes().length);
    int to = Math.min(from + header.payloadLength(), packet.bytes().length);
    return Arrays.copyOfRange(packet.bytes(), from, to);
  }

  /** Tells those that nothing else told of; once. */
  void end(Chronicle chronicle) {
    told.forEach(seen::remove);
    seen.forEach(
        (key, what) ->
            chronicle.tell(
                key.transport(),
                key.guest(),
                key.peer(),
                what.first,
                what.last,
                Optional.empty(),
                what.sent,
                what.received,
                what.firstSent,
                what.firstReceived,
                Optional.empty()));
    seen.clear();
  }

  /** How many were not kept. */
  long lost() {
    return lost;
  }
}

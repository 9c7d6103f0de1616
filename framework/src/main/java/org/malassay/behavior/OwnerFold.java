package org.malassay.behavior;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Whose a conversation is: that of the process which called upon its two ends. Who sees packets
 * does not know processes; who sees calls knows both the port and the peer of their socket.
 */
final class OwnerFold {
  /** More than there are ports. */
  private static final int MOST = 100_000;

  private record Ends(int port, Endpoint peer) {}

  private final Map<Ends, Integer> owners = new HashMap<>();

  void accept(SystemCall call) {
    if (call.localPort().isPresent() && call.endpoint().isPresent() && owners.size() < MOST) {
      owners.put(new Ends(call.localPort().getAsInt(), call.endpoint().get()), call.process());
    }
  }

  /** The owner, if it is known: as it was told, or by a call that was seen. */
  OptionalInt of(OptionalInt told, Endpoint guest, Endpoint peer) {
    Integer seen = owners.get(new Ends(guest.port(), peer));
    return told.isPresent() || seen == null ? told : OptionalInt.of(seen);
  }

  Conversation of(Conversation it) {
    return new Conversation(
        it.at(),
        it.origin(),
        it.lasted(),
        of(it.process(), it.guest(), it.peer()),
        it.transport(),
        it.guest(),
        it.peer(),
        it.protocol(),
        it.sentBytes(),
        it.receivedBytes(),
        it.sent(),
        it.received(),
        it.evidence());
  }

  Question of(Question it) {
    return new Question(
        it.at(),
        it.origin(),
        of(it.process(), it.guest(), it.peer()),
        it.protocol(),
        it.guest(),
        it.peer(),
        it.asked(),
        it.answer());
  }
}

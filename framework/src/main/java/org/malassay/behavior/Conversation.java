package org.malassay.behavior;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the sample and one peer said to each other over one connection, or by datagrams between the
 * same two ends. Bytes are kept as text in which each character is one byte (ISO 8859-1).
 *
 * @param at when it began
 * @param lasted from its first to its last packet
 * @param process the process that owns it; empty when it is not known
 * @param transport {@code tcp}, {@code udp}, {@code icmp} or the like
 * @param guest the sample's end
 * @param peer the end that it meant to reach, whoever answered
 * @param protocol what was spoken, such as {@code http}; empty when it was not understood
 * @param sentBytes how much the sample sent
 * @param receivedBytes how much it was sent
 * @param sent the first bytes that the sample sent
 * @param received the first bytes that it was sent
 * @param evidence the name of the whole conversation in the folder of evidence, if it was kept
 */
public record Conversation(
    Duration at,
    Origin origin,
    Duration lasted,
    OptionalInt process,
    String transport,
    Endpoint guest,
    Endpoint peer,
    Optional<String> protocol,
    long sentBytes,
    long receivedBytes,
    String sent,
    String received,
    Optional<String> evidence)
    implements Event {

  static final EventKind<Conversation> KIND =
      new EventKind<>(
          "conversation",
          Conversation.class,
          Facet.NETWORK,
          "network",
          "connection",
          Conversation::write,
          Conversation::read);

  private void write(Fields to) {
    to.put(Field.DURATION, lasted);
    to.put(Field.PROCESS, process);
    to.put(Field.TRANSPORT, transport);
    to.put(Field.PROTOCOL, protocol);
    to.put(Field.SOURCE_ADDRESS, Field.SOURCE_PORT, Optional.of(guest));
    to.put(Field.SOURCE_BYTES, sentBytes);
    to.put(Field.DESTINATION_ADDRESS, Field.DESTINATION_PORT, Optional.of(peer));
    to.put(Field.DESTINATION_BYTES, receivedBytes);
    to.put(Field.SENT, sent);
    to.put(Field.RECEIVED, received);
    to.put(Field.EVIDENCE, evidence);
  }

  private static Conversation read(Fields from) {
    return new Conversation(
        from.at(),
        from.origin(),
        from.duration(Field.DURATION),
        from.findInteger(Field.PROCESS),
        from.text(Field.TRANSPORT),
        from.endpoint(Field.SOURCE_ADDRESS, Field.SOURCE_PORT),
        from.endpoint(Field.DESTINATION_ADDRESS, Field.DESTINATION_PORT),
        from.findText(Field.PROTOCOL),
        from.number(Field.SOURCE_BYTES),
        from.number(Field.DESTINATION_BYTES),
        from.text(Field.SENT),
        from.text(Field.RECEIVED),
        from.findText(Field.EVIDENCE));
  }
}

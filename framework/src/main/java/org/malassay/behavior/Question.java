package org.malassay.behavior;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that the sample asked of the network, and what it was told: a name of DNS, a page of
 * HTTP, a login.
 *
 * @param process the process that asked; empty when it is not known
 * @param protocol {@code dns}, {@code http} or the like
 * @param guest the end that asked: that of the conversation in which it did
 * @param peer who was asked
 * @param asked such as {@code A cnc.example} or {@code GET http://192.0.2.1/bins/arm7}
 * @param answer such as {@code 198.51.100.7} or {@code 200, 1024 bytes}
 */
public record Question(
    Duration at,
    Origin origin,
    OptionalInt process,
    String protocol,
    Endpoint guest,
    Endpoint peer,
    String asked,
    String answer)
    implements Event {

  static final EventKind<Question> KIND =
      new EventKind<>(
          "question",
          Question.class,
          Facet.NETWORK,
          "network",
          "protocol",
          Question::write,
          Question::read);

  private void write(Fields to) {
    to.put(Field.PROCESS, process);
    to.put(Field.PROTOCOL, protocol);
    to.put(Field.SOURCE_ADDRESS, Field.SOURCE_PORT, Optional.of(guest));
    to.put(Field.DESTINATION_ADDRESS, Field.DESTINATION_PORT, Optional.of(peer));
    to.put(Field.ASKED, asked);
    derive(to);
    to.put(Field.ANSWER, answer);
  }

  /** The name and the page that were asked for, under the names that other readers look for. */
  private void derive(Fields to) {
    int blank = asked.indexOf(' ');
    if (blank < 0) {
      return;
    }
    String what = asked.substring(blank + 1);
    if (protocol.equals("dns")) {
      to.put(Field.DNS_TYPE, asked.substring(0, blank));
      to.put(Field.DNS_NAME, what);
    } else if (protocol.equals("http")) {
      to.put(Field.URL, what);
    }
  }

  private static Question read(Fields from) {
    return new Question(
        from.at(),
        from.origin(),
        from.findInteger(Field.PROCESS),
        from.text(Field.PROTOCOL),
        from.endpoint(Field.SOURCE_ADDRESS, Field.SOURCE_PORT),
        from.endpoint(Field.DESTINATION_ADDRESS, Field.DESTINATION_PORT),
        from.text(Field.ASKED),
        from.text(Field.ANSWER));
  }
}

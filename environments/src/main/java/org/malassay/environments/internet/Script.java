package org.malassay.environments.internet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.malassay.options.Values;

/**
 * What a server says, as data: in each state, the first reply counts whose expression fits what was
 * heard. Texts are bytes, one a character.
 *
 * @param protocol its name in events
 * @param transport {@code tcp} or {@code udp}
 * @param ports on which it is spoken, when nothing else tells
 * @param tells what a client begins with, by which the protocol is known on every port
 * @param greeting what the server says before the client does; null when it waits
 * @param unit what is heard at once
 * @param telnet true to leave Telnet's commands out of what is heard
 * @param login the value of {@code -Dinternet.telnet} with which this counts; null for any
 * @param repeats what is said again and again
 * @param states by name; the first is {@code start}
 */
record Script(
    String protocol,
    Transport transport,
    Set<Integer> ports,
    @Nullable Expression tells,
    @Nullable String greeting,
    Unit unit,
    boolean telnet,
    InternetOptions.@Nullable Login login,
    @Nullable Repeat repeats,
    Map<String, List<Reply>> states) {
  static final String START = "start";

  /** The state after which nothing more is said. */
  static final String END = "end";

  /** What carries a protocol. */
  enum Transport {
    @JsonProperty("tcp")
    TCP,
    @JsonProperty("udp")
    UDP
  }

  /** What is heard at once. */
  enum Unit {
    @JsonProperty("line")
    LINE,
    @JsonProperty("bytes")
    BYTES
  }

  /** Something that is said again and again. */
  record Repeat(Every every, String says) {}

  /** A duration such as {@code 60s}. */
  record Every(Duration duration) {
    @JsonCreator
    static Every of(String text) {
      return new Every(Values.duration(text));
    }
  }

  /**
   * One reply.
   *
   * @param hears what it replies to; its named groups are variables from then on
   * @param says null for nothing; {@code {name}} stands for a variable
   * @param echo true to say what was heard, before
   * @param then the state after it; null for the same
   * @param asked the question that this is, for the events; null for none
   * @param answered what it was answered, for the events
   */
  record Reply(
      Expression hears,
      @Nullable String says,
      boolean echo,
      @Nullable String then,
      @Nullable String asked,
      @Nullable String answered) {}

  Script {
    require(protocol != null, "a protocol has no name (protocol: NAME)");
    transport = Objects.requireNonNullElse(transport, Transport.TCP);
    unit = Objects.requireNonNullElse(unit, Unit.LINE);
    ports = ports == null ? Set.of() : Set.copyOf(ports);
    states = states == null ? Map.of() : Map.copyOf(states);
    require(
        !ports.isEmpty() || tells != null,
        "%s can be told by nothing: give it ports or tells".formatted(protocol));
    for (int port : ports) {
      require(port > 0 && port < 1 << 16, "%s: no port is %d".formatted(protocol, port));
    }
    Map<String, List<Reply>> known = new HashMap<>(states);
    known.put(END, List.of());
    for (List<Reply> replies : states.values()) {
      for (Reply reply : replies) {
        require(reply.hears() != null, "%s: a reply without hears".formatted(protocol));
        require(
            reply.then() == null || known.containsKey(reply.then()),
            "%s: there is no state %s".formatted(protocol, reply.then()));
      }
    }
    require(
        greeting != null || states.containsKey(START),
        "%s says nothing: give it a greeting, or states with one named start".formatted(protocol));
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException(what);
    }
  }

  /** The replies in this state. */
  List<Reply> in(String state) {
    return states.getOrDefault(state, List.of());
  }
}

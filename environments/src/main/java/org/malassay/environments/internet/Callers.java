package org.malassay.environments.internet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.SystemCall;

/**
 * Which process called which address, and when. Equal calls that follow one another are remembered
 * as one that lasted: a sample can make millions of them. Used by one thread at a time.
 */
final class Callers {
  /** Of calls that differ and are remembered. */
  static final int MOST = 50_000;

  /** By how much a call may seem to come after the conversation that it began: two clocks. */
  static final Duration BEFORE = Duration.ofMillis(50);

  /** How long after a call its conversation may begin: a guest that floods is heard late. */
  private static final Duration AFTER = Duration.ofSeconds(3);

  /** From then on the order of calls in less than {@link #BEFORE} is given up, to save room. */
  private static final int MANY = MOST / 2;

  private static final String CONNECT = "connect";
  private static final Set<String> SENDING = Set.of(CONNECT, "sendto", "sendmsg", "sendmmsg");

  private final Map<Endpoint, Peer> peers = new HashMap<>();
  private int size;
  private final Memory memory = new Memory();

  /** Calls at some time, in their order. */
  private record Moment(Duration at, int order) implements Comparable<Moment> {
    @Override
    public int compareTo(Moment other) {
      int byTime = at.compareTo(other.at);
      return byTime == 0 ? Integer.compare(order, other.order) : byTime;
    }
  }

  /** One call, or more of them in a row. */
  private static final class Calls {
    private final Moment from;
    private final int process;
    private final boolean connects;
    private Duration until;
    private int left = 1;

    Calls(Moment from, Duration until, int process, boolean connects) {
      this.from = from;
      this.until = until;
      this.process = process;
      this.connects = connects;
    }

    /** Whether one of them may have begun what began at that time. */
    boolean reachTo(Duration at) {
      return from.at.compareTo(at) <= 0 && at.compareTo(until.plus(AFTER)) <= 0;
    }

    void stretch(Duration to) {
      until = later(until, to);
      left++;
    }
  }

  /** The calls from one known port. */
  private static final class Port {
    private final TreeMap<Moment, Calls> calls = new TreeMap<>();
    private final Map<Integer, Calls> last = new HashMap<>();
    private List<Calls> inOrder = List.of();

    /** Of each of them, the latest end of it and of all before: so it can be searched by halves. */
    private List<Duration> latest = List.of();

    /** The first of them that went on after a time and began before another one. */
    Optional<Calls> first(Duration from, Duration to) {
      if (inOrder.isEmpty()) { // all of them are there by now
        inOrder = List.copyOf(calls.values());
        latest = new ArrayList<>(calls.size());
        Duration max = Duration.ZERO;
        for (Calls each : inOrder) {
          max = later(max, each.until);
          latest.add(max);
        }
      }
      int low = 0;
      for (int high = latest.size(); low < high; ) {
        int middle = (low + high) >>> 1;
        if (latest.get(middle).compareTo(from) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return inOrder.stream().skip(low).findFirst().filter(it -> it.from.at().compareTo(to) <= 0);
    }
  }

  private record Caller(int process, boolean connects) {}

  /** Whom they called. */
  private static final class Peer {
    private final Map<Integer, Port> ports = new HashMap<>();
    private final TreeMap<Moment, Calls> connects = new TreeMap<>();
    private final TreeMap<Moment, Calls> sends = new TreeMap<>();
    private final Map<Caller, Calls> latest = new HashMap<>();

    Map<Moment, Calls> of(boolean connecting) {
      return connecting ? connects : sends;
    }

    /** The last that had begun; of connects only, or of all. */
    @Nullable Calls floor(Duration at, boolean connecting) {
      Moment moment = new Moment(at, Integer.MAX_VALUE);
      return pick(connects.floorEntry(moment), connecting ? null : sends.floorEntry(moment), 1);
    }

    /** The first that began later. */
    @Nullable Calls higher(Duration at, boolean connecting) {
      Moment moment = new Moment(at, Integer.MAX_VALUE);
      return pick(connects.higherEntry(moment), connecting ? null : sends.higherEntry(moment), -1);
    }

    private static @Nullable Calls pick(
        Map.@Nullable Entry<Moment, Calls> one,
        Map.@Nullable Entry<Moment, Calls> other,
        int sign) {
      if (one == null || other == null) {
        return one != null ? one.getValue() : other != null ? other.getValue() : null;
      }
      return (one.getKey().compareTo(other.getKey()) * sign > 0 ? one : other).getValue();
    }
  }

  private static Duration later(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  /** Remembers who called, if the call is to an address. */
  void accept(SystemCall call) {
    boolean sends = SENDING.contains(call.name());
    if (call.endpoint().isEmpty() || (!sends && call.localPort().isEmpty())) {
      return;
    }
    Endpoint endpoint = call.endpoint().get();
    @Nullable Peer peer = peers.get(endpoint);
    if (peer == null) {
      if (isFull(call.at())) {
        return;
      }
      peer = new Peer();
      peers.put(endpoint, peer);
    }
    if (call.localPort().isPresent()) {
      acceptFrom(call.localPort().getAsInt(), call, peer.ports);
    } else {
      acceptFromAnywhere(call, peer);
    }
  }

  private void acceptFrom(int number, SystemCall call, Map<Integer, Port> ports) {
    @Nullable Port port = ports.get(number);
    if (port == null) {
      if (isFull(call.at())) {
        return;
      }
      port = new Port();
      ports.put(number, port);
    }
    @Nullable Calls added = remember(call, port.calls, port.last.get(call.process()));
    if (added != null) {
      port.last.put(call.process(), added);
    }
  }

  private void acceptFromAnywhere(SystemCall call, Peer peer) {
    Caller caller = new Caller(call.process(), call.name().equals(CONNECT));
    @Nullable Calls added =
        remember(call, peer.of(caller.connects()), before(peer, caller, call.at()));
    if (added != null) {
      peer.latest.put(caller, added);
    }
  }

  /** The calls of the same kind that this one may be counted among. */
  private @Nullable Calls before(Peer peer, Caller caller, Duration at) {
    Calls floor = peer.floor(at, false);
    if (floor != null && floor.process == caller.process() && floor.connects == caller.connects()) {
      return floor;
    }
    Calls latest = size < MANY ? null : peer.latest.get(caller);
    return latest != null && at.compareTo(latest.from.at().plus(BEFORE)) <= 0 ? latest : null;
  }

  /** The new ones; null when the call was counted among those before. */
  private @Nullable Calls remember(
      SystemCall call, Map<Moment, Calls> among, @Nullable Calls before) {
    Duration until = call.at().plus(call.took());
    if (before != null && before.reachTo(call.at())) {
      before.stretch(until);
      return null;
    }
    if (isFull(call.at())) {
      return null;
    }
    Moment from = new Moment(call.at(), size++);
    Calls calls = new Calls(from, until, call.process(), call.name().equals(CONNECT));
    among.put(from, calls);
    return calls;
  }

  /** Whether a call at that time is left out. */
  private boolean isFull(Duration at) {
    if (size < MOST) {
      return false;
    }
    memory.leaveOut(at);
    return true;
  }

  /** False when calls at that time may have been left out. */
  boolean knows(Duration at) {
    return memory.knows(at);
  }

  /**
   * Who began a conversation: the calls come first, then this is asked of each conversation once,
   * in their order.
   */
  OptionalInt caller(Conversation conversation) {
    Optional<Calls> found = exact(conversation);
    if (found.isEmpty() && knows(conversation.at())) { // or the one that was left out began it
      found = byTime(conversation);
    }
    return found.map(it -> OptionalInt.of(it.process)).orElse(OptionalInt.empty());
  }

  private Optional<Calls> exact(Conversation conversation) {
    return Optional.ofNullable(peers.get(conversation.peer()))
        .map(it -> it.ports.get(conversation.guest().port()))
        .flatMap(
            it ->
                it.first(
                    conversation.at().minus(AFTER),
                    conversation.at().plus(conversation.lasted()).plus(BEFORE)));
  }

  private Optional<Calls> byTime(Conversation conversation) {
    Duration at = conversation.at();
    boolean isConnection = conversation.transport().equals("tcp");
    @Nullable Peer peer = peers.get(conversation.peer());
    Optional<Calls> found = last(peer, at, isConnection);
    if (found.isEmpty()) { // packets of its own making: their port is not in the call
      @Nullable Peer address = peers.get(new Endpoint(conversation.peer().address(), 0));
      peer = address == null ? peer : address;
      found = last(peer, at, false);
    }
    if (found.isPresent() && found.get().connects && isConnection && peer != null) {
      Calls calls = found.get();
      calls.left--; // one call makes one connection
      if (calls.left == 0) {
        peer.connects.remove(calls.from);
      }
    }
    return found;
  }

  /**
   * The last of these calls that came before a conversation and may have begun it; where there is
   * none, the first that seems to have come right after.
   */
  private static Optional<Calls> last(@Nullable Peer peer, Duration at, boolean connecting) {
    if (peer == null) {
      return Optional.empty();
    }
    @Nullable Calls before = peer.floor(at, connecting);
    if (before != null && before.reachTo(at)) {
      return Optional.of(before);
    }
    return Optional.ofNullable(peer.higher(at, connecting))
        .filter(it -> it.from.at().minus(BEFORE).compareTo(at) <= 0);
  }
}

package org.malassay.environments.internet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.SystemCall;

/**
 * Whose conversation is it? The far side of a network sees no processes; a recorder sees which
 * process called which address, and perhaps from which port: that process owns the conversation.
 * Where the port was not told, both tell the time: then the conversation belongs to the process
 * whose call to that address came right before it. Immutable.
 */
public final class Owners {
  /** Nobody's. */
  public static final Owners NONE = of(events -> {});

  /** By how much a call may seem to come after the conversation that it began: two clocks. */
  private static final Duration BEFORE = Duration.ofMillis(50);

  /** How long after a call its conversation may begin: a guest that floods is heard late. */
  private static final Duration AFTER = Duration.ofSeconds(3);

  private static final Set<String> CONNECTING = Set.of("connect");
  private static final Set<String> SENDING = Set.of("connect", "sendto", "sendmsg", "sendmmsg");

  private final Map<Key, List<Span>> owners = new HashMap<>();
  private final Map<Integer, TreeMap<Duration, String>> programs = new HashMap<>();

  /**
   * Who talks.
   *
   * @param process its id
   * @param program the path of what it executed then; empty when it was not told
   */
  public record Owner(int process, Optional<String> program) {
    /** In words, such as {@code /tmp/sample (process 42)}. */
    @Override
    public String toString() {
      return program
          .map(it -> "%s (process %d)".formatted(it, process))
          .orElse("process " + process);
    }
  }

  private record Key(String transport, Endpoint guest, Endpoint peer) {}

  /** From when on the two ends talked for which process. */
  private record Span(Duration from, Duration to, int process) {}

  private record Call(
      Duration at, Duration until, int process, String name, OptionalInt localPort) {}

  /** Something that tells events, in any order, to whoever asks for them. */
  @FunctionalInterface
  public interface Source {
    /** Tells all events. */
    void forEach(Consumer<Event> events);
  }

  private Owners() {}

  /** Puts together what the events tell. */
  public static Owners of(Source events) {
    Owners owners = new Owners();
    Map<Endpoint, List<Call>> calls = new HashMap<>();
    List<Conversation> conversations = new ArrayList<>();
    events.forEach(
        event -> {
          if (event instanceof SystemCall call) {
            call.endpoint()
                .filter(it -> SENDING.contains(call.name()) || call.localPort().isPresent())
                .ifPresent(
                    peer ->
                        calls
                            .computeIfAbsent(peer, it -> new ArrayList<>())
                            .add(
                                new Call(
                                    call.at(),
                                    call.at().plus(call.took()),
                                    call.process(),
                                    call.name(),
                                    call.localPort())));
          } else if (event instanceof Conversation conversation) {
            conversations.add(conversation);
          } else if (event instanceof ProgramStarted started) {
            owners
                .programs
                .computeIfAbsent(started.process(), it -> new TreeMap<>())
                .put(started.at(), started.program());
          }
        });
    calls.values().forEach(list -> list.sort(Comparator.comparing(Call::at)));
    conversations.sort(Comparator.comparing(Conversation::at));
    for (Conversation conversation : conversations) {
      owners.assign(conversation, calls);
    }
    return owners;
  }

  private void assign(Conversation conversation, Map<Endpoint, List<Call>> calls) {
    OptionalInt process = conversation.process();
    if (process.isEmpty()) {
      process = caller(conversation, calls);
    }
    process.ifPresent(
        it ->
            owners
                .computeIfAbsent(
                    new Key(conversation.transport(), conversation.guest(), conversation.peer()),
                    key -> new ArrayList<>())
                .add(
                    new Span(
                        conversation.at(), conversation.at().plus(conversation.lasted()), it)));
  }

  private static OptionalInt caller(Conversation conversation, Map<Endpoint, List<Call>> calls) {
    boolean isConnection = conversation.transport().equals("tcp");
    List<Call> candidates = calls.getOrDefault(conversation.peer(), List.of());
    Optional<Call> exact = fromPort(candidates, conversation);
    if (exact.isPresent()) {
      return OptionalInt.of(exact.get().process());
    }
    Optional<Call> found = last(candidates, conversation.at(), isConnection ? CONNECTING : SENDING);
    if (found.isEmpty()) { // packets of its own making: their port is not in the call
      candidates = calls.getOrDefault(new Endpoint(conversation.peer().address(), 0), candidates);
      found = last(candidates, conversation.at(), SENDING);
    }
    if (found.isPresent() && found.get().name().equals("connect") && isConnection) {
      candidates.remove(found.get()); // one call makes one connection
    }
    return found.isPresent() ? OptionalInt.of(found.get().process()) : OptionalInt.empty();
  }

  /** The first of these calls from the port of a conversation while it went on. */
  private static Optional<Call> fromPort(List<Call> calls, Conversation conversation) {
    OptionalInt port = OptionalInt.of(conversation.guest().port());
    Duration from = conversation.at().minus(AFTER);
    Duration to = conversation.at().plus(conversation.lasted()).plus(BEFORE);
    return calls.stream()
        .filter(call -> call.localPort().equals(port))
        .filter(call -> call.until().compareTo(from) >= 0 && call.at().compareTo(to) <= 0)
        .findFirst();
  }

  /**
   * The last of these calls, which are in the order of their times, that came before a conversation
   * and may have begun it; where there is none, the first that seems to have come right after.
   */
  private static Optional<Call> last(List<Call> calls, Duration at, Set<String> names) {
    Optional<Call> after = Optional.empty();
    for (int i = calls.size() - 1; i >= 0; i--) {
      Call call = calls.get(i);
      if (!names.contains(call.name())
          || call.localPort().isPresent() // then it is known to be of another
          || call.at().minus(BEFORE).compareTo(at) > 0) {
        continue;
      }
      if (call.at().compareTo(at) > 0) {
        after = Optional.of(call);
      } else {
        return call.until().plus(AFTER).compareTo(at) < 0 ? after : Optional.of(call);
      }
    }
    return after;
  }

  /** Who talked between two ends at some time; empty when it is not known. */
  public Optional<Owner> find(String transport, Endpoint guest, Endpoint peer, Duration at) {
    @Nullable Span best = null;
    for (Span span : owners.getOrDefault(new Key(transport, guest, peer), List.of())) {
      if (span.from().minus(BEFORE).compareTo(at) <= 0) {
        best = span; // the last that had begun
      }
    }
    return Optional.ofNullable(best)
        .map(Span::process)
        .map(process -> new Owner(process, program(process, at)));
  }

  private Optional<String> program(int process, Duration at) {
    return Optional.ofNullable(programs.get(process))
        .map(started -> started.floorEntry(at.plus(BEFORE)))
        .map(Map.Entry::getValue);
  }

  /** The same event with the process that it belongs to, where that is known and was not told. */
  public Event own(Event event) {
    if (event instanceof Conversation it && it.process().isEmpty()) {
      return find(it.transport(), it.guest(), it.peer(), it.at())
          .<Event>map(owner -> withProcess(it, owner))
          .orElse(it);
    }
    if (event instanceof Question it && it.process().isEmpty()) {
      return find("tcp", it.guest(), it.peer(), it.at())
          .or(() -> find("udp", it.guest(), it.peer(), it.at()))
          .<Event>map(owner -> withProcess(it, owner))
          .orElse(it);
    }
    return event;
  }

  private static Conversation withProcess(Conversation it, Owner owner) {
    return new Conversation(
        it.at(),
        it.origin(),
        it.lasted(),
        OptionalInt.of(owner.process()),
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

  private static Question withProcess(Question it, Owner owner) {
    return new Question(
        it.at(),
        it.origin(),
        OptionalInt.of(owner.process()),
        it.protocol(),
        it.guest(),
        it.peer(),
        it.asked(),
        it.answer());
  }

  /**
   * The comment on a packet.
   *
   * @param start of the sample, in nanoseconds of the epoch
   */
  Optional<String> comment(Packet packet, Packet.Header header, long start) {
    Endpoint guest = packet.toGuest() ? header.destination() : header.source();
    Endpoint peer = packet.toGuest() ? header.source() : header.destination();
    return find(header.transport(), guest, peer, Duration.ofNanos(packet.time() - start))
        .map(Owner::toString);
  }
}

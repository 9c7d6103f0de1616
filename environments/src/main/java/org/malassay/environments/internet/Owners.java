package org.malassay.environments.internet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.FacetState;
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

  private final Map<Key, TreeMap<Duration, Integer>> owners = new HashMap<>();
  private final Programs programs;
  private boolean isWhole = true;

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

  /** Something that tells events, in any order, to whoever asks for them. */
  @FunctionalInterface
  public interface Source {
    /** Tells all events. */
    void forEach(Consumer<Event> events);
  }

  private Owners(Programs programs) {
    this.programs = programs;
  }

  /** Puts together what events tell, of which it remembers no more than it needs. */
  static final class Builder {
    private final Callers callers = new Callers();
    private final Programs programs = new Programs();
    private final List<Conversation> conversations = new ArrayList<>();

    /** Takes one; in any order. */
    void accept(Event event) {
      if (event instanceof SystemCall call) {
        callers.accept(call);
      } else if (event instanceof Conversation conversation) {
        conversations.add(conversation);
      } else {
        programs.accept(event);
      }
    }

    /** Who talked; once. */
    Owners build() {
      programs.finish();
      Owners owners = new Owners(programs);
      conversations.sort(Comparator.comparing(Conversation::at));
      conversations.forEach(it -> owners.assign(it, callers));
      return owners;
    }
  }

  /** Puts together what the events tell. */
  public static Owners of(Source events) {
    Builder builder = new Builder();
    events.forEach(builder::accept);
    return builder.build();
  }

  private void assign(Conversation conversation, Callers callers) {
    Duration end = conversation.at().plus(conversation.lasted());
    isWhole &= callers.knows(conversation.at()) && programs.knows(end);
    OptionalInt process = conversation.process();
    if (process.isEmpty()) {
      process = callers.caller(conversation);
    }
    process.ifPresent(
        it ->
            owners
                .computeIfAbsent(
                    new Key(conversation.transport(), conversation.guest(), conversation.peer()),
                    key -> new TreeMap<>())
                .put(conversation.at(), it));
  }

  /** Observed; or cut, when there were more calls and programs than are remembered. */
  FacetState state() {
    return isWhole
        ? FacetState.OBSERVED
        : FacetState.cut(0, "whose later conversations are is not known");
  }

  /** Who talked between two ends at some time; empty when it is not known. */
  public Optional<Owner> find(String transport, Endpoint guest, Endpoint peer, Duration at) {
    return Optional.ofNullable(owners.get(new Key(transport, guest, peer)))
        .map(begun -> begun.floorEntry(at.plus(Callers.BEFORE))) // the last that had begun
        .map(Map.Entry::getValue)
        .map(process -> new Owner(process, programs.at(process, at.plus(Callers.BEFORE))));
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

package org.malassay.environments.internet;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Question;

/**
 * Makes events of what a guest says in its network. Bounded: what comes beyond is counted. Not safe
 * for use by several threads.
 */
final class Chronicle {
  /** How many conversations are told of a sample, and how many questions. */
  static final int MOST = 10_000;

  /** How many bytes of each direction stand in the event itself. */
  static final int FIRST_BYTES = 512;

  private static final int QUESTION = 1024;

  private final ConversationFile file;
  private final Attempts attempts = new Attempts();
  private EventSink sink = EventSink.NONE;
  private boolean observes;
  private long start;
  private int conversations;
  private int questions;
  private long lostConversations;
  private long lostQuestions;

  /**
   * @param file keeps what is said in whole
   */
  Chronicle(ConversationFile file) {
    this.file = file;
  }

  /**
   * Tells events from now on: also those of conversations that are open.
   *
   * @param start of the sample, in nanoseconds of the epoch
   */
  void observe(long start, EventSink sink) {
    this.start = start;
    this.sink = sink;
    this.observes = true;
    file.begin(start);
  }

  /** True when events are told. */
  boolean observes() {
    return observes;
  }

  private Duration at(long time) {
    return Duration.ofNanos(time - start);
  }

  /** What is known of a conversation that goes on. */
  final class Entry {
    private final String transport;
    private final Ends ends;
    private final long began;
    private long last;
    private long sentBytes;
    private long receivedBytes;
    private Optional<String> protocol = Optional.empty();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream(0);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream(0);
    private Optional<ConversationFile.Entry> kept = Optional.empty();
    private boolean over;

    private Entry(String transport, Ends ends, long began) {
      this.transport = transport;
      this.ends = ends;
      this.began = began;
      this.last = began;
    }

    void sent(long time, byte[] bytes, int length) {
      sentBytes += length;
      heard(time, bytes, length, sent, true);
    }

    void received(long time, byte[] bytes, int length) {
      receivedBytes += length;
      heard(time, bytes, length, received, false);
    }

    private void heard(
        long time, byte[] bytes, int length, ByteArrayOutputStream first, boolean isSent) {
      last = Math.max(last, time);
      first.write(bytes, 0, Math.min(length, FIRST_BYTES - first.size()));
      if (observes && conversations < MOST) {
        if (kept.isEmpty()) {
          kept = file.open(transport, ends);
        }
        kept.ifPresent(it -> it.write(time, isSent, bytes, length));
      }
    }

    /** Something came that has no bytes. */
    void touch(long time) {
      last = Math.max(last, time);
    }

    void protocol(String name) {
      protocol = Optional.of(name);
    }

    Optional<String> protocol() {
      return protocol;
    }

    /** Tells the conversation; once. */
    void end() {
      if (over) {
        return;
      }
      over = true;
      tell(
          transport,
          ends.guestEnd(),
          ends.peerEnd(),
          Math.min(began, attempts.begun(transport, ends).orElse(began)),
          last,
          protocol,
          sentBytes,
          receivedBytes,
          sent.toByteArray(),
          received.toByteArray(),
          kept.map(ConversationFile.Entry::name));
    }

    /** The guest asked something, and was told something. */
    void asked(long time, String question, String answer) {
      if (!observes) {
        return;
      }
      if (questions >= MOST) {
        lostQuestions++;
        return;
      }
      questions++;
      sink.accept(
          new Question(
              at(time),
              Origin.NETWORK,
              OptionalInt.empty(),
              protocol.orElse(transport),
              ends.guestEnd(),
              ends.peerEnd(),
              Latin.cut(question, QUESTION),
              Latin.cut(answer, QUESTION)));
    }
  }

  /** A packet passed. */
  void hear(Packet packet) {
    attempts.hear(packet);
  }

  /** Tells what only packets told of, when all else is over. */
  void end() {
    attempts.end(this);
  }

  /** Tells of a conversation that is over. */
  void tell(
      String transport,
      Endpoint guest,
      Endpoint peer,
      long began,
      long last,
      Optional<String> protocol,
      long sentBytes,
      long receivedBytes,
      byte[] sent,
      byte[] received,
      Optional<String> evidence) {
    if (!observes) {
      return;
    }
    if (conversations >= MOST) {
      lostConversations++;
      return;
    }
    conversations++;
    sink.accept(
        new Conversation(
            at(began),
            Origin.NETWORK,
            Duration.ofNanos(last - began),
            OptionalInt.empty(),
            transport,
            guest,
            peer,
            protocol,
            sentBytes,
            receivedBytes,
            Latin.text(sent),
            Latin.text(received),
            evidence));
  }

  /** A conversation begins. */
  Entry begin(String transport, Ends ends, long time) {
    attempts.isTold(transport, ends);
    return new Entry(transport, ends, time);
  }

  /** How much of all this was told. */
  FacetState state() {
    return cut(lostConversations, "conversations")
        .and(cut(lostQuestions, "questions"))
        .and(cut(attempts.lost(), "attempts"));
  }

  private static FacetState cut(long lost, String what) {
    return lost == 0
        ? FacetState.OBSERVED
        : FacetState.cut(lost, "the bound of %d %s a sample".formatted(MOST, what));
  }
}

package org.malassay.environments.internet;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A connection that the guest made. */
final class Line extends ToldTalk {
  /** How long the guest may keep a connection open on which the other side has said all. */
  private static final long LINGER_NS = 3_000_000_000L;

  /** Bytes that wait for a guest that does not read; beyond, its connection is reset. */
  static final int MOST_UNSAID = 1 << 20;

  /** What a piece takes beside its bytes. */
  private static final int PIECE_COST = 64;

  private final int id;
  private final Dialogue dialogue;
  private final Deque<ByteBuffer> unsaid = new ArrayDeque<>();
  private long unsaidBytes;
  private int room = Frame.WINDOW;
  private boolean finishing;
  private boolean finished;
  private boolean heardAll;
  private boolean gone;
  private long finishedAt;
  private final long began;
  private List<Answers.Command> commands = List.of();

  /** Who answers is asked for when all else is there. */
  interface Answerer {
    Dialogue answer(Talk talk);
  }

  Line(GuestNetwork network, int id, Ends ends, Chronicle.Entry entry, Answerer answerer) {
    super(network, ends, entry);
    this.id = id;
    this.began = network.now();
    this.commands = network.commands("unknown");
    this.dialogue = answerer.answer(this);
  }

  @Override
  public void say(byte[] bytes) {
    if (finishing || gone) {
      return;
    }
    if (!unsaid.isEmpty() && (unsaidBytes > MOST_UNSAID || network.isFull())) {
      reset(); // one answer may always wait: the bytes of a large one are there anyway
      return;
    }
    unsaid.add(ByteBuffer.wrap(bytes));
    hold(bytes.length + PIECE_COST);
    sayWhatFits();
  }

  private void hold(long bytes) {
    unsaidBytes += bytes;
    network.hold(bytes);
  }

  private void reset() {
    network.send(Frame.begin(Frame.KILL, id, 0));
    end();
  }

  private void sayWhatFits() {
    while (!unsaid.isEmpty() && room > 0) {
      ByteBuffer next = unsaid.peek();
      byte[] piece = new byte[Math.min(room, next.remaining())];
      next.get(piece);
      if (!next.hasRemaining()) {
        unsaid.remove();
        hold(-PIECE_COST);
      }
      if (piece.length > 0) {
        room -= piece.length;
        hold(-piece.length);
        entry.received(now(), piece, piece.length);
        network.send(Frame.begin(Frame.DATA, id, piece.length).put(piece));
      }
    }
    if (finishing && !finished && unsaid.isEmpty()) {
      finished = true;
      finishedAt = now();
      network.send(Frame.begin(Frame.CLOSED, id, 0));
      endIfOver();
    }
  }

  /** The guest has been given so many bytes. */
  void taken(int bytes) {
    room = Math.min(Frame.WINDOW, room + bytes);
    sayWhatFits();
  }

  @Override
  public void finish() {
    finishing = true;
    sayWhatFits();
  }

  @Override
  public void speaks(String protocol) {
    super.speaks(protocol);
    commands = network.commands(protocol);
  }

  void hear(byte[] bytes) {
    entry.sent(now(), bytes, bytes.length);
    if (!finishing) {
      dialogue.hear(bytes);
    }
  }

  /** The guest says nothing more; or, with an error, the connection broke. */
  void closed(boolean broke) {
    entry.touch(now());
    heardAll = true;
    if (broke) {
      end();
    } else {
      dialogue.end();
      endIfOver();
    }
  }

  void tick() {
    if (!finishing) {
      dialogue.tick();
      while (!commands.isEmpty() && now() - began >= commands.get(0).after().duration().toNanos()) {
        say(Latin.bytes(commands.get(0).says()));
        commands = commands.subList(1, commands.size());
      }
    } else if (finished && now() - finishedAt > LINGER_NS) {
      reset();
    }
  }

  private void endIfOver() {
    if (finished && heardAll) {
      end();
    }
  }

  /** Ends the conversation, and tells of it; once. */
  void end() {
    if (!gone) {
      gone = true;
      unsaid.clear();
      hold(-unsaidBytes);
      entry.end();
      network.forget(id);
    }
  }
}

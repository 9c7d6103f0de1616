package org.malassay.environments.internet;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * TFTP (RFC 1350): a file of every name, and every file is taken. Options are passed over, as a
 * server may (RFC 2347). Bounded in transfers at once; one that stands still is forgotten.
 */
final class FileServer {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int DATA = 3;
  private static final int ACKNOWLEDGEMENT = 4;
  private static final int ERROR = 5;
  private static final int HEADER = 4;
  private static final int BLOCK = 512;
  private static final int MOST = 64;
  private static final int LONGEST_REQUEST = 600;
  private static final long PATIENCE_NS = 30_000_000_000L;
  private static final long AGAIN_NS = 1_000_000_000L;

  private final Answers answers;
  private final Ports ports;
  private final Map<Ends, Transfer> transfers = new LinkedHashMap<>();

  /** Chooses the server's port of a transfer. */
  interface Ports {
    int next();
  }

  private static final class Transfer {
    private final Optional<byte[]> content; // empty: the guest writes
    private int block; // the last that was sent, or taken
    private byte[] said = {};
    private boolean ended;
    private long saidAt;
    private long heardAt;

    Transfer(Optional<byte[]> content, long now) {
      this.content = content;
      this.heardAt = now;
    }

    void say(Talk talk, byte[] bytes) {
      said = bytes;
      saidAt = talk.now();
      talk.say(bytes);
    }
  }

  FileServer(Answers answers, Ports ports) {
    this.answers = answers;
    this.ports = ports;
  }

  /** True when a client begins like this. */
  static boolean isRequest(byte[] bytes) {
    if (bytes.length < 6 || bytes.length > LONGEST_REQUEST || bytes[0] != 0) {
      return false;
    }
    if (bytes[1] != READ && bytes[1] != WRITE) {
      return false;
    }
    String[] words = Latin.text(Arrays.copyOfRange(bytes, 2, bytes.length)).split("\0", 3);
    return words.length == 3
        && !words[0].isEmpty()
        && words[1].toLowerCase(Locale.ROOT).matches("octet|netascii|mail");
  }

  /**
   * Begins a transfer.
   *
   * @param request one that {@link #isRequest}
   * @param from opens the conversation from a port of the server
   */
  void begin(byte[] request, Talk asked, IntFunction<Talk> from) {
    String name = Latin.text(Arrays.copyOfRange(request, 2, request.length)).split("\0", 2)[0];
    if (transfers.size() >= MOST) {
      transfers.remove(transfers.keySet().iterator().next()); // the oldest
    }
    Talk talk = from.apply(ports.next());
    talk.speaks("tftp");
    if (request[1] == READ) {
      Answers.Content content =
          answers.content(
              "GET", asked.ends().peerEnd().address(), name.startsWith("/") ? name : "/" + name);
      Transfer transfer = new Transfer(Optional.of(content.bytes()), talk.now());
      transfers.put(talk.ends(), transfer);
      asked.asked(
          "read " + name, "%d bytes (%s)".formatted(content.bytes().length, content.what()));
      transfer.block = 1;
      transfer.say(talk, data(content.bytes(), 1));
    } else {
      Transfer transfer = new Transfer(Optional.empty(), talk.now());
      transfers.put(talk.ends(), transfer);
      asked.asked("write " + name, "taken");
      transfer.say(talk, acknowledgement(0));
    }
  }

  private static byte[] data(byte[] content, int block) {
    int from = (block - 1) * BLOCK;
    int length = Math.min(BLOCK, content.length - from);
    return ByteBuffer.allocate(HEADER + length)
        .putShort((short) DATA)
        .putShort((short) block)
        .put(content, from, length)
        .array();
  }

  private static byte[] acknowledgement(int block) {
    return ByteBuffer.allocate(HEADER)
        .putShort((short) ACKNOWLEDGEMENT)
        .putShort((short) block)
        .array();
  }

  /** True when a datagram between these ends belongs to a transfer. */
  boolean knows(Ends ends) {
    return transfers.containsKey(ends);
  }

  /** Goes on with a transfer. */
  void hear(Talk talk, byte[] bytes) {
    Transfer transfer = transfers.get(talk.ends());
    if (transfer == null || bytes.length < HEADER) {
      return;
    }
    transfer.heardAt = talk.now();
    int type = bytes[1];
    int block = (bytes[2] & 0xFF) << 8 | (bytes[3] & 0xFF);
    if (type == ERROR) {
      transfers.remove(talk.ends());
    } else if (type == ACKNOWLEDGEMENT && transfer.content.isPresent()) {
      acknowledged(talk, transfer, transfer.content.get(), block);
    } else if (type == DATA && transfer.content.isEmpty()) {
      taken(talk, transfer, block, bytes.length - HEADER);
    }
  }

  private void acknowledged(Talk talk, Transfer transfer, byte[] content, int block) {
    if (block != (transfer.block & 0xFFFF)) {
      return; // an old one: RFC 1123, 4.2.3.1
    }
    if (transfer.block * BLOCK > content.length) {
      transfers.remove(talk.ends()); // the last was a short one
    } else {
      transfer.block++;
      transfer.say(talk, data(content, transfer.block));
    }
  }

  private static void taken(Talk talk, Transfer transfer, int block, int length) {
    if (block == ((transfer.block + 1) & 0xFFFF) && !transfer.ended) {
      transfer.block = block;
      transfer.ended = length < BLOCK;
    }
    if (block == transfer.block) { // or the acknowledgement was lost
      transfer.say(talk, acknowledgement(block));
    }
  }

  /** Some time passed: says again what was not answered, and forgets what stands still. */
  void tick(long now, Function<Ends, Talk> talks) {
    transfers.values().removeIf(transfer -> now - transfer.heardAt > PATIENCE_NS);
    transfers.forEach(
        (ends, transfer) -> {
          if (!transfer.ended && now - transfer.saidAt > AGAIN_NS) {
            transfer.say(talks.apply(ends), transfer.said);
          }
        });
  }
}

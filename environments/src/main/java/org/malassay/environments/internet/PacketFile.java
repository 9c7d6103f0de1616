package org.malassay.environments.internet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.malassay.behavior.Origin;
import org.malassay.environment.Piece;

/**
 * A capture in pcapng (draft-ietf-opsawg-pcapng), which Wireshark opens: one section, one interface
 * of Ethernet with times in nanoseconds, and packets, each with its direction and perhaps a
 * comment. Not safe for use by several threads.
 */
public final class PacketFile implements AutoCloseable {
  /** The file's name among the evidence. */
  public static final String NAME = "capture.pcapng";

  static final Piece PIECE =
      new Piece(
          NAME,
          "the packets of the guest's network, with the process that each belongs to",
          "application/x-pcapng",
          Origin.NETWORK);

  private static final int SECTION = 0x0A0D0D0A;
  private static final int BYTE_ORDER = 0x1A2B3C4D;
  private static final int INTERFACE = 1;
  private static final int PACKET = 6;
  private static final short ETHERNET = 1;
  private static final int SNAP_LENGTH = 512;
  private static final short COMMENT = 1;
  private static final short APPLICATION = 4;
  private static final short INTERFACE_NAME = 2;
  private static final short TIME_RESOLUTION = 9;
  private static final short FLAGS = 2;
  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;
  private static final int BLOCK = 12; // its type, and its length on both ends
  private static final int PACKET_HEADER = 20;
  private static final int LARGEST_BLOCK = 1 << 20;

  private final OutputStream out;

  private PacketFile(OutputStream out) {
    this.out = out;
  }

  /**
   * Begins a file, in the place of one that is there.
   *
   * @param comment on the whole
   */
  static PacketFile create(Path path, String comment) throws IOException {
    PacketFile file = new PacketFile(new BufferedOutputStream(Files.newOutputStream(path)));
    try {
      file.begin(comment);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return file;
  }

  private void begin(String comment) throws IOException {
    block(
        SECTION,
        buffer(16).putInt(BYTE_ORDER).putShort((short) 1).putShort((short) 0).putLong(-1).array(),
        option(APPLICATION, "Malassay".getBytes(UTF_8)),
        option(COMMENT, comment.getBytes(UTF_8)));
    block(
        INTERFACE,
        buffer(8).putShort(ETHERNET).putShort((short) 0).putInt(SNAP_LENGTH).array(),
        option(INTERFACE_NAME, "guest".getBytes(UTF_8)),
        option(TIME_RESOLUTION, new byte[] {9}));
  }

  /** Adds a packet, with a comment on it. */
  void write(Packet packet, Optional<String> comment) throws IOException {
    byte[] bytes = packet.bytes();
    byte[] body = new byte[PACKET_HEADER + padded(bytes.length)];
    ByteBuffer.wrap(body)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0)
        .putInt((int) (packet.time() >>> 32))
        .putInt((int) packet.time())
        .putInt(bytes.length)
        .putInt(packet.length())
        .put(bytes);
    byte[] direction = buffer(4).putInt(packet.toGuest() ? OUTBOUND : INBOUND).array();
    block(
        PACKET,
        body,
        option(FLAGS, direction),
        comment.map(text -> option(COMMENT, text.getBytes(UTF_8))).orElse(new byte[0]));
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int padded(int length) {
    return (length + 3) & ~3;
  }

  private static byte[] option(short code, byte[] value) {
    return buffer(4 + padded(value.length))
        .putShort(code)
        .putShort((short) value.length)
        .put(value)
        .array();
  }

  private void block(int type, byte[] body, byte[]... options) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] option : options) {
      all.write(option);
    }
    all.write(new byte[4]); // the end of the options
    int length = BLOCK + body.length + all.size();
    out.write(buffer(8).putInt(type).putInt(length).array());
    out.write(body);
    all.writeTo(out);
    out.write(buffer(4).putInt(length).array());
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** Takes packets as they are read. */
  @FunctionalInterface
  interface Reader {
    void read(Packet packet) throws IOException;
  }

  /**
   * Reads a file that was written here. One whose end is missing is read as far as it goes.
   *
   * @throws IOException if it cannot be read, or is none
   */
  static void read(Path path, Reader packets) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      while (true) {
        ByteBuffer head = ByteBuffer.wrap(whole(in, 8)).order(ByteOrder.LITTLE_ENDIAN);
        int type = head.getInt();
        int length = head.getInt() - BLOCK;
        if (length < 0 || length > LARGEST_BLOCK) {
          throw new IOException(path + " is no capture that was made here");
        }
        ByteBuffer body = ByteBuffer.wrap(whole(in, length)).order(ByteOrder.LITTLE_ENDIAN);
        whole(in, 4);
        if (type == PACKET) {
          packets.read(packet(body));
        }
      }
    } catch (EOFException e) {
      // the end of it, whole or not
    }
  }

  private static byte[] whole(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static Packet packet(ByteBuffer body) throws IOException {
    try {
      body.getInt();
      long time = (long) body.getInt() << 32 | (body.getInt() & 0xFFFF_FFFFL);
      byte[] bytes = new byte[Math.min(body.getInt(), body.remaining())];
      int length = body.getInt();
      body.get(bytes);
      body.position(PACKET_HEADER + padded(bytes.length) + 4);
      return new Packet(time, body.getInt() == OUTBOUND, length, bytes);
    } catch (RuntimeException e) {
      throw new IOException("a packet is not as it was written", e);
    }
  }

  /**
   * Writes a file again with a comment on each packet of which somebody knows whose it is.
   *
   * @param comment on the whole
   * @param owner of a packet, as a comment
   */
  static void annotate(Path from, Path to, String comment, Function<Packet, Optional<String>> owner)
      throws IOException {
    try (PacketFile out = create(to, comment)) {
      read(from, packet -> out.write(packet, owner.apply(packet)));
    }
  }
}

package org.malassay.environments.internet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Hears the hello of a TLS client (RFC 8446, 4.1.2), keeps what it tells, and refuses: nobody here
 * has the certificate that it wants to see.
 */
final class TlsDialogue implements Dialogue {
  /** How the hello of SSL 3.0 and all later versions begins. */
  static final Expression TELLS = Expression.of("\\x16\\x03[\\x00-\\x04][\\x00-\\x40].\\x01");

  private static final byte[] HANDSHAKE_FAILURE = {21, 3, 1, 0, 2, 2, 40};
  private static final int RECORD_HEADER = 5;
  private static final int LARGEST_RECORD = RECORD_HEADER + 16 * 1024 + 256;
  private static final long PATIENCE_NS = 2_000_000_000L;
  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final int SUPPORTED_VERSIONS = 43;

  private final Talk talk;
  private final Input input = new Input(LARGEST_RECORD);
  private final long began;
  private boolean over;

  TlsDialogue(Talk talk) {
    this.talk = talk;
    this.began = talk.now();
  }

  @Override
  public void hear(byte[] bytes) {
    input.add(bytes);
    if (!over && (isWhole() || input.isFull())) {
      refuse();
    }
  }

  private boolean isWhole() {
    if (input.length() < RECORD_HEADER) {
      return false;
    }
    int length = (input.at(3) & 0xFF) << 8 | (input.at(4) & 0xFF);
    return input.length() >= RECORD_HEADER + length;
  }

  @Override
  public void tick() {
    if (!over && talk.now() - began > PATIENCE_NS) {
      refuse();
    }
  }

  @Override
  public void end() {
    if (!over) {
      refuse();
    }
  }

  private void refuse() {
    over = true;
    talk.asked(described(ByteBuffer.wrap(input.takeAll())), "refused: handshake_failure");
    talk.say(HANDSHAKE_FAILURE);
    talk.finish();
  }

  /** What the hello says, as far as it can be read. */
  static String described(ByteBuffer hello) {
    List<String> names = new ArrayList<>();
    List<String> protocols = new ArrayList<>();
    List<String> versions = new ArrayList<>();
    try {
      hello.position(RECORD_HEADER + 4);
      versions.add(version(hello.getShort()));
      hello.position(hello.position() + 32);
      part(hello, hello.get() & 0xFF); // the session's id
      part(hello, hello.getShort() & 0xFFFF); // cipher suites
      part(hello, hello.get() & 0xFF); // ways to compress
      ByteBuffer extensions = part(hello, hello.getShort() & 0xFFFF);
      while (extensions.hasRemaining()) {
        int type = extensions.getShort() & 0xFFFF;
        ByteBuffer extension = part(extensions, extensions.getShort() & 0xFFFF);
        switch (type) {
          case SERVER_NAME -> names.addAll(names(extension));
          case ALPN -> protocols.addAll(protocols(extension));
          case SUPPORTED_VERSIONS -> versions = versions(extension);
          default -> {}
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      // cut or made up: what could be read so far counts
    }
    return "hello"
        + names.stream().map(name -> " " + name).collect(Collectors.joining())
        + (versions.isEmpty() ? "" : ", TLS " + String.join(" ", versions))
        + (protocols.isEmpty() ? "" : ", for " + String.join(" ", protocols));
  }

  private static ByteBuffer part(ByteBuffer of, int length) {
    ByteBuffer part = of.slice(of.position(), Math.min(length, of.remaining()));
    of.position(of.position() + length);
    return part;
  }

  private static String text(ByteBuffer bytes) {
    return ISO_8859_1.decode(bytes).toString();
  }

  private static List<String> names(ByteBuffer extension) {
    List<String> names = new ArrayList<>();
    ByteBuffer list = part(extension, extension.getShort() & 0xFFFF);
    while (list.hasRemaining()) {
      int type = list.get();
      ByteBuffer name = part(list, list.getShort() & 0xFFFF);
      if (type == 0) {
        names.add(text(name));
      }
    }
    return names;
  }

  private static List<String> protocols(ByteBuffer extension) {
    List<String> protocols = new ArrayList<>();
    ByteBuffer list = part(extension, extension.getShort() & 0xFFFF);
    while (list.hasRemaining()) {
      protocols.add(text(part(list, list.get() & 0xFF)));
    }
    return protocols;
  }

  private static List<String> versions(ByteBuffer extension) {
    List<String> versions = new ArrayList<>();
    ByteBuffer list = part(extension, extension.get() & 0xFF);
    while (list.remaining() >= 2) {
      int version = list.getShort() & 0xFFFF;
      if (version >> 8 == 3) { // or a value that is there to be ignored (RFC 8701)
        versions.add(version((short) version));
      }
    }
    return versions;
  }

  private static String version(short version) {
    return version == 0x0300 ? "SSL3" : "1." + ((version & 0xFF) - 1);
  }
}

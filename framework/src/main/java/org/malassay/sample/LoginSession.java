package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A recorded session of a remote login: what somebody typed at a device's prompt. It is a sample
 * like any other, a script whose interpreter types it in the guest:
 *
 * <pre>
 * #!/usr/local/sbin/malassay-login
 * # protocol: telnet
 * # payload: 9f86d08... http://192.0.2.7/bins.sh
 * # commands:
 * enable
 * sh
 * cd /tmp
 * </pre>
 *
 * <p>After the first line come lines {@code # key: value}; they end with the line {@code #
 * commands:}, or before the first line that does not begin with a number sign and a blank. Each
 * line from there is a command.
 *
 * @param protocol of the login; Telnet, where the session names none
 * @param payloads what it fetched when it was recorded
 * @param commands in their order: hostile text
 */
public record LoginSession(Protocol protocol, List<Payload> payloads, List<String> commands) {
  /** Of every session, and of nothing else. */
  public static final String INTERPRETER = "/usr/local/sbin/malassay-login";

  /** The largest that is typed, in bytes. */
  static final int LARGEST = 8 << 20;

  private static final String KEY = "# ";
  private static final String COMMANDS = "# commands:";
  private static final String PROTOCOL = "# protocol: ";
  private static final String PAYLOAD = "# payload: ";

  /** How one logs in. */
  public enum Protocol {
    TELNET,
    SSH;

    /** The name in a session's header. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one with this name; empty when there is none. */
    public static Optional<Protocol> find(String word) {
      for (Protocol protocol : values()) {
        if (protocol.word().equals(word)) {
          return Optional.of(protocol);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * What was fetched from somewhere.
   *
   * @param sha256 in lower-case hexadecimal
   * @param url hostile text, without blanks
   */
  public record Payload(String sha256, String url) {}

  public LoginSession {
    payloads = List.copyOf(payloads);
    commands = List.copyOf(commands);
  }

  /**
   * The session that a sample is.
   *
   * @return empty when it is none
   * @throws IOException if it cannot be read, or is larger than 8 MiB
   */
  public static Optional<LoginSession> of(Sample sample) throws IOException {
    if (!sample.facts().isLoginSession()) {
      return Optional.empty();
    }
    try (InputStream in = sample.open()) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new IOException("a login session of more than %d bytes".formatted(LARGEST));
      }
      return Optional.of(parse(new String(bytes, UTF_8)));
    }
  }

  private static LoginSession parse(String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    if (lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1); // a last line has an end, too
    }
    Protocol protocol = Protocol.TELNET;
    List<Payload> payloads = new ArrayList<>();
    int at = Math.min(1, lines.size());
    while (at < lines.size() && lines.get(at).startsWith(KEY)) {
      String line = lines.get(at++);
      if (line.equals(COMMANDS)) {
        break;
      }
      if (line.startsWith(PROTOCOL)) {
        protocol = Protocol.find(line.substring(PROTOCOL.length())).orElse(protocol);
      } else if (line.startsWith(PAYLOAD)) {
        String[] words = line.substring(PAYLOAD.length()).split(" ", 2);
        if (words.length == 2 && Digest.isSha256(words[0])) {
          payloads.add(new Payload(words[0], words[1]));
        }
      }
    }
    return new LoginSession(protocol, payloads, lines.subList(at, lines.size()));
  }

  /** As a file of a corpus. Lines within a command are commands of their own. */
  byte[] file() {
    StringBuilder text = new StringBuilder("#!").append(INTERPRETER).append('\n');
    text.append(PROTOCOL).append(protocol.word()).append('\n');
    for (Payload payload : payloads) {
      text.append(PAYLOAD).append(payload.sha256()).append(' ').append(payload.url()).append('\n');
    }
    text.append(COMMANDS).append('\n');
    commands.forEach(command -> text.append(command).append('\n'));
    return text.toString().getBytes(UTF_8);
  }
}

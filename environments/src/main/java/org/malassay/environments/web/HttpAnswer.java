package org.malassay.environments.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.environments.host.Digests;

/** Reads what a web service, or whatever a sample has put in its place, answered. Hostile bytes. */
public final class HttpAnswer {
  private static final Pattern STATUS =
      Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)(?: [^\\r\\n]*)?\\r?\\n");
  private static final Pattern END_OF_HEADERS = Pattern.compile("\\r?\\n\\r?\\n");

  /**
   * The errors by which a request fails before the service hears of it: no descriptor, memory or
   * port of its own.
   */
  private static final Set<String> NOT_ASKED =
      Set.of("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRNOTAVAIL", "EAGAIN", "EACCES", "EPERM");

  /** How much of a page is kept for a reader. */
  private static final int MAX_PAGE = 64 * 1024;

  private HttpAnswer() {}

  /**
   * Makes a probe of the bytes of an answer.
   *
   * @param error what cut the answer short; empty when nothing did
   */
  public static Probe read(ByteBuffer bytes, Duration latency, Optional<String> error) {
    if (error.isPresent()) {
      return NOT_ASKED.contains(error.get())
          ? Probe.notAsked(latency, "could not be asked: " + error.get())
          : none(latency, reason(error.get()));
    }
    if (!bytes.hasRemaining()) {
      return none(latency, "empty answer");
    }
    String text = ISO_8859_1.decode(bytes.duplicate()).toString();
    Matcher status = STATUS.matcher(text);
    Matcher headers = END_OF_HEADERS.matcher(text);
    if (!status.lookingAt() || !headers.find()) {
      return none(latency, "not an HTTP answer");
    }
    ByteBuffer body = bytes.duplicate();
    body.position(body.position() + headers.end());
    return new Probe(
        Optional.of(Integer.valueOf(status.group(1))),
        latency,
        Optional.of(sha256(body)),
        Optional.empty(),
        page(body));
  }

  /** A probe that got no answer. */
  public static Probe none(Duration latency, String failure) {
    return new Probe(Optional.empty(), latency, Optional.empty(), Optional.of(failure));
  }

  private static String reason(String error) {
    return switch (error) {
      case "ECONNREFUSED" -> "connection refused";
      case "ECONNRESET" -> "connection reset";
      case "ETIMEDOUT" -> "no answer in time";
      default -> error;
    };
  }

  private static Output page(ByteBuffer body) {
    byte[] head = new byte[Math.min(MAX_PAGE, body.remaining())];
    body.get(body.position(), head);
    return new Output(head, body.remaining());
  }

  private static String sha256(ByteBuffer bytes) {
    MessageDigest digest = Digests.sha256();
    digest.update(bytes.duplicate());
    return HexFormat.of().formatHex(digest.digest());
  }
}

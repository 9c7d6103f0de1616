package org.malassay.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log of a honeypot, Cowrie's {@code cowrie.json}: an event a line, a JSON object each. A
 * session is what the events {@code cowrie.command.input} with its id say was typed; that it spoke
 * SSH says {@code cowrie.session.connect}, and what it fetched {@code cowrie.session.file_download}
 * (docs.cowrie.org, "Output Event Code Reference").
 */
final class CowrieLog {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_LINE = 1 << 20;

  /** Characters of commands and URLs that are kept of all sessions together. */
  private static final int MOST_TEXT = 64 << 20;

  /** What each takes besides, however short it is. */
  private static final int OF_EACH = 64;

  private static final int MOST_SESSIONS = 100_000;
  private static final int MOST_PAYLOADS = 100;

  private final Map<String, Typed> sessions = new LinkedHashMap<>();
  private long text;

  /** What is known of a session until now. */
  private static final class Typed {
    private LoginSession.Protocol protocol = LoginSession.Protocol.TELNET;
    private final List<LoginSession.Payload> payloads = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
  }

  private CowrieLog() {}

  /** Whether a file is one: its first line is an event of Cowrie's. */
  static boolean isOne(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      byte[] first = line(in);
      return first != null && event(first).path("eventid").asText().startsWith("cowrie.");
    }
  }

  /**
   * The sessions in which something was typed, by their ids, in the order in which something is
   * first known of them. Lines that are no events are passed over, as a log that is being written
   * ends in one.
   *
   * @throws UnreadableException if they are more than can be held
   */
  static Map<String, LoginSession> read(Path file) throws IOException {
    CowrieLog log = new CowrieLog();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (byte[] line = line(in); line != null; line = line(in)) {
        log.take(event(line));
      }
    }
    Map<String, LoginSession> sessions = new LinkedHashMap<>();
    log.sessions.forEach(
        (id, typed) -> {
          if (!typed.commands.isEmpty()) {
            sessions.put(id, new LoginSession(typed.protocol, typed.payloads, typed.commands));
          }
        });
    return sessions;
  }

  private void take(JsonNode event) throws UnreadableException {
    String id = event.path("session").asText("");
    if (id.isEmpty()) {
      return;
    }
    switch (event.path("eventid").asText()) {
      case "cowrie.session.connect" -> {
        if (event.path("protocol").asText().equals("ssh")) {
          typed(id).protocol = LoginSession.Protocol.SSH;
        }
      }
      case "cowrie.command.input" -> type(event.path("input").asText(), typed(id));
      case "cowrie.session.file_download" -> {
        String sha256 = event.path("shasum").asText();
        String url = event.path("url").asText();
        if (Digest.isSha256(sha256)
            && !url.isEmpty()
            && url.chars().noneMatch(it -> it <= ' ')
            && typed(id).payloads.size() < MOST_PAYLOADS) {
          hold(url.length());
          typed(id).payloads.add(new LoginSession.Payload(sha256, url));
        }
      }
      default -> {
        // says nothing of what was typed
      }
    }
  }

  private Typed typed(String id) throws UnreadableException {
    Typed typed = sessions.computeIfAbsent(id, it -> new Typed());
    if (sessions.size() > MOST_SESSIONS) {
      throw tooMuch();
    }
    return typed;
  }

  private void type(String input, Typed typed) throws UnreadableException {
    for (String line : (Iterable<String>) input.lines()::iterator) {
      hold(line.length());
      typed.commands.add(line);
    }
  }

  private void hold(int length) throws UnreadableException {
    text += length + OF_EACH;
    if (text > MOST_TEXT) {
      throw tooMuch();
    }
  }

  private static UnreadableException tooMuch() {
    return new UnreadableException(
        "holds more than %d sessions, or %d MiB of commands; split it"
            .formatted(MOST_SESSIONS, MOST_TEXT >> 20));
  }

  private static JsonNode event(byte[] line) throws IOException {
    try {
      JsonNode event = JSON.readTree(line);
      return event == null ? JSON.missingNode() : event;
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  /** The next line; cut where it is longer than any event. Null at the end. */
  private static byte @Nullable [] line(InputStream in) throws IOException {
    int next = in.read();
    if (next < 0) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (; next >= 0 && next != '\n'; next = in.read()) {
      if (line.size() < LONGEST_LINE) {
        line.write(next);
      }
    }
    return line.toByteArray();
  }
}

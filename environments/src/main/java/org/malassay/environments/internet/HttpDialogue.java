package org.malassay.environments.internet;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A web server, as much of one as it takes to give out a page or a file for every URL (RFC 9112).
 */
final class HttpDialogue implements Dialogue {
  /** How a request begins. */
  static final Expression TELLS =
      Expression.of("(?:GET|POST|HEAD|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PROPFIND) [^ \r\n]");

  /** The largest head of a request, as Apache takes one of 100 lines. */
  private static final int LARGEST_HEAD = 64 * 1024;

  private static final int MOST_REQUESTS = 100;
  private static final Pattern REQUEST_LINE =
      Pattern.compile("([A-Z]+) (\\S+)(?: (HTTP/[0-9.]+))?", Pattern.DOTALL);
  private static final Pattern ABSOLUTE =
      Pattern.compile("(?i)https?://([^/?]*)([/?].*)?", Pattern.DOTALL);
  private static final Pattern LINES = Pattern.compile("\r?\n");
  private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,8})(?:;.*)?");

  private final Answers answers;
  private final Talk talk;
  private final Input input = new Input(LARGEST_HEAD);
  private int requests;
  private boolean over;

  private Optional<Request> pending = Optional.empty();

  /** Where in a request the guest is. */
  private enum Body {
    NONE,
    COUNTED,
    CHUNK_HEAD,
    CHUNK,
    CHUNK_END
  }

  private Body body = Body.NONE;
  private long bodyLeft;

  /** The head of a request. */
  private record Request(
      String method, String host, String target, boolean persists, Map<String, String> fields) {}

  HttpDialogue(Answers answers, Talk talk) {
    this.answers = answers;
    this.talk = talk;
  }

  @Override
  public void hear(byte[] bytes) {
    for (int at = 0; at < bytes.length && !over; ) {
      if (body == Body.COUNTED || body == Body.CHUNK) { // need not be kept
        int n = (int) Math.min(bodyLeft, bytes.length - at);
        at += n;
        bodyLeft -= n;
        endOfBody();
        continue;
      }
      int end = endOfLine(bytes, at, Math.min(bytes.length, at + LARGEST_HEAD - input.length()));
      input.add(Arrays.copyOfRange(bytes, at, end));
      at = end;
      hearLine();
    }
  }

  private static int endOfLine(byte[] bytes, int from, int most) {
    for (int i = from; i < most; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return most;
  }

  private void endOfBody() {
    if (bodyLeft == 0) {
      body = body == Body.CHUNK ? Body.CHUNK_END : Body.NONE;
      if (body == Body.NONE) {
        answer();
      }
    }
  }

  /** Acts when a line has come to its end. */
  private void hearLine() {
    boolean ended = input.at(input.length() - 1) == '\n';
    switch (body) {
      case CHUNK_HEAD -> {
        if (ended) {
          beginChunk(Latin.text(input.takeAll()).strip());
        }
      }
      case CHUNK_END -> {
        if (ended) {
          input.takeAll();
          body = Body.CHUNK_HEAD;
        }
      }
      default -> {
        if (ended && headIsWhole()) {
          hearHead(Latin.text(input.takeAll()));
        }
      }
    }
    if (input.isFull() && !over) {
      refuse(431, "Request Header Fields Too Large", "a head of more than %d bytes");
    }
  }

  private boolean headIsWhole() {
    int n = input.length();
    return (n >= 2 && input.at(n - 2) == '\n')
        || (n >= 3 && input.at(n - 2) == '\r' && input.at(n - 3) == '\n');
  }

  private void beginChunk(String size) {
    Matcher matcher = CHUNK.matcher(size);
    if (!matcher.matches()) {
      refuse(400, "Bad Request", "a chunk that is none");
      return;
    }
    bodyLeft = Long.parseLong(matcher.group(1), 16);
    body = bodyLeft == 0 ? Body.NONE : Body.CHUNK;
    if (body == Body.NONE) {
      answer(); // what may follow, trailers, is taken for the head of nothing
    }
  }

  private void hearHead(String head) {
    String[] lines = LINES.split(head.strip(), -1);
    Matcher request = REQUEST_LINE.matcher(lines[0].strip());
    if (!request.matches()) {
      if (!head.isBlank()) {
        refuse(400, "Bad Request", "no request of HTTP");
      }
      return;
    }
    Map<String, String> fields = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        fields.put(
            lines[i].substring(0, colon).strip().toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip());
      }
    }
    begin(request.group(1), request.group(2), "HTTP/1.1".equals(request.group(3)), fields);
  }

  private void begin(String method, String url, boolean newer, Map<String, String> fields) {
    String host = fields.getOrDefault("host", talk.ends().peerEnd().toString());
    String target = url;
    Matcher absolute = ABSOLUTE.matcher(url);
    if (absolute.matches()) {
      host = absolute.group(1);
      target = Optional.ofNullable(absolute.group(2)).orElse("/");
    }
    String connection = fields.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
    boolean persists = newer ? !connection.contains("close") : connection.contains("keep-alive");
    pending = Optional.of(new Request(method, host, target, persists, fields));
    if (fields.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      talk.say(Latin.bytes("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    if (fields.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT).contains("chunked")) {
      body = Body.CHUNK_HEAD;
    } else {
      bodyLeft = length(fields.getOrDefault("content-length", "0"));
      body = Body.COUNTED;
      endOfBody();
    }
  }

  private static long length(String text) {
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
  }

  private void answer() {
    Request request = pending.orElseThrow();
    pending = Optional.empty();
    requests++;
    if (!talk.mayAnswer()) {
      finish();
      return;
    }
    int question = request.target().indexOf('?');
    String path = question < 0 ? request.target() : request.target().substring(0, question);
    Answers.Content content = answers.content(request.method(), request.host(), path);
    boolean persists = request.persists() && requests < MOST_REQUESTS;
    say(request.method().equals("HEAD"), persists, content);
    talk.asked(
        "%s http://%s%s".formatted(request.method(), request.host(), request.target()),
        "%d, %d bytes (%s)".formatted(content.status(), content.bytes().length, content.what()));
    if (!persists) {
      finish();
    }
  }

  private void say(boolean headOnly, boolean persists, Answers.Content content) {
    StringBuilder head = new StringBuilder();
    head.append("HTTP/1.1 %d %s\r\n".formatted(content.status(), reason(content.status())));
    head.append("Server: nginx\r\n");
    head.append(
        "Date: %s\r\n"
            .formatted(
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    Instant.ofEpochSecond(talk.now() / 1_000_000_000L).atOffset(ZoneOffset.UTC))));
    head.append("Content-Type: %s\r\n".formatted(content.type()));
    head.append("Content-Length: %d\r\n".formatted(content.bytes().length));
    content.location().ifPresent(to -> head.append("Location: %s\r\n".formatted(to)));
    head.append("Connection: %s\r\n\r\n".formatted(persists ? "keep-alive" : "close"));
    talk.say(Latin.bytes(head.toString()));
    if (!headOnly && content.bytes().length > 0) {
      talk.say(content.bytes());
    }
  }

  private static String reason(int status) {
    return switch (status / 100) {
      case 2 -> "OK";
      case 3 -> "Found";
      case 4 -> "Not Found";
      default -> "Error";
    };
  }

  private void refuse(int status, String reason, String asked) {
    talk.say(
        Latin.bytes(
            "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .formatted(status, reason)));
    talk.asked(asked.formatted(LARGEST_HEAD), Integer.toString(status));
    finish();
  }

  private void finish() {
    over = true;
    input.takeAll();
    talk.finish();
  }

  @Override
  public void end() {
    finish();
  }
}

package org.malassay.environments.internet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Origin;
import org.malassay.environment.Piece;

/**
 * What was said in whole, as far as the bounds reach: a JSON object for each piece, in the order in
 * which they came. Not safe for use by several threads.
 */
final class ConversationFile {
  /** The file's name among the evidence. */
  static final String NAME = "conversations.jsonl.gz";

  static final Piece PIECE =
      new Piece(
          NAME,
          "what the sample and its peers said to each other",
          "application/gzip",
          Origin.NETWORK);

  /** How much is kept of one conversation, and of all of a guest. */
  static final long MOST_OF_ONE = 1 << 20;

  static final long MOST_OF_ALL = 16 << 20;

  private static final int MOST_ENTRIES = 1000;
  private static final int LONGEST_LINE = 64 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // No invalid UTF-8, and nothing that a terminal obeys.
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private final Path path;
  private @Nullable JsonGenerator out;
  private long start;
  private long left = MOST_OF_ALL;
  private int entries;
  private boolean failed;

  /**
   * @param path of the file, which is made when there is something to be kept
   */
  ConversationFile(Path path) {
    this.path = path;
  }

  void begin(long start) {
    this.start = start;
  }

  /** One conversation in the file. */
  final class Entry {
    private final int number = ++entries;
    private final String transport;
    private final Ends ends;
    private long left = MOST_OF_ONE;

    private Entry(String transport, Ends ends) {
      this.transport = transport;
      this.ends = ends;
    }

    /** What an event calls it: the file's name and the number in it. */
    String name() {
      return NAME + "#" + number;
    }

    void write(long time, boolean sent, byte[] bytes, int length) {
      int n = (int) Math.min(length, Math.min(left, ConversationFile.this.left));
      if (n <= 0 || failed) {
        return;
      }
      left -= n;
      ConversationFile.this.left -= n;
      try {
        for (int from = 0; from < n; from += LONGEST_LINE) {
          line(time, sent, new String(bytes, from, Math.min(n - from, LONGEST_LINE), ISO_8859_1));
        }
      } catch (IOException e) {
        failed = true; // a full disk: the events are told all the same
      }
    }

    private void line(long time, boolean sent, String text) throws IOException {
      JsonGenerator json = generator();
      json.writeStartObject();
      json.writeNumberField("conversation", number);
      json.writeNumberField("at", time - start);
      json.writeStringField("transport", transport);
      json.writeStringField("guest", ends.guestEnd().toString());
      json.writeStringField("peer", ends.peerEnd().toString());
      json.writeStringField(sent ? "sent" : "received", text);
      json.writeEndObject();
    }
  }

  /** A further conversation; the first thousand of a guest are kept. */
  Optional<Entry> open(String transport, Ends ends) {
    return entries < MOST_ENTRIES ? Optional.of(new Entry(transport, ends)) : Optional.empty();
  }

  private JsonGenerator generator() throws IOException {
    if (out == null) {
      out =
          JSON.createGenerator(new GZIPOutputStream(Files.newOutputStream(path)))
              .setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    }
    return out;
  }

  /** Ends the file, if there is one. */
  void close() {
    try {
      if (out != null && !out.isClosed()) {
        out.writeRaw('\n');
        out.close();
      }
    } catch (IOException e) {
      failed = true;
    }
  }

  /** False when the disk took not all of it. */
  boolean isWhole() {
    return !failed;
  }
}

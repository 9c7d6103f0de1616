package org.malassay.environment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.malassay.behavior.Origin;

/**
 * What one piece of evidence is, as the index of its folder tells it.
 *
 * @param name of the file, the tool's own
 * @param title what it is, in a few words
 * @param mediaType such as {@code text/plain}; of text the sample may have made, the charset is
 *     never sure
 * @param origin who wrote its contents, and whether they could be a lie of the sample's
 */
public record Piece(
    @JsonProperty("name") String name,
    @JsonProperty("title") String title,
    @JsonProperty("type") String mediaType,
    @JsonProperty("origin") Origin origin) {

  /** The file of the index itself. */
  static final String INDEX = "index.json";

  private static final String TEXT = "text/plain";

  public static final Piece STDOUT =
      text("stdout", "what the sample wrote to its standard output", Origin.SAMPLE);
  public static final Piece STDERR =
      text("stderr", "what the sample wrote to its standard error", Origin.SAMPLE);

  /** The page that a visitor gets after the sample has changed it. */
  public static final Piece PAGE_CHANGED =
      text("page-changed", "the web service's page after the sample", Origin.PROBE);

  public static final Piece PAGE_BEFORE =
      text("page-before", "the web service's page before the sample", Origin.PROBE);
  public static final Piece SERVICE_LOG =
      text("service.log", "what the web service wrote", Origin.GUEST);
  public static final Piece CONSOLE = text("console.log", "the console of the guest", Origin.GUEST);

  /** Where and why the tool failed. */
  public static final Piece FAILURE = text("failure.txt", "why the tool failed", Origin.HOST);

  public Piece {
    if (name.isBlank() || name.contains("/") || name.startsWith(".") || name.equals(INDEX)) {
      throw new IllegalArgumentException("no name of a piece of evidence: \"" + name + "\"");
    }
  }

  /** A piece that a reader can read. */
  public static Piece text(String name, String title, Origin origin) {
    return new Piece(name, title, TEXT, origin);
  }

  /** True of what a reader can read as it is. */
  @JsonIgnore
  public boolean isText() {
    return mediaType.startsWith("text/");
  }
}

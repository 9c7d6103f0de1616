package org.malassay.sample;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hostile text, such as the name of a sample, made safe for where it goes. */
public final class SafeText {
  private static final int MAX_FILE_NAME = 100;
  private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\x85\\u2028\\u2029]+");

  /**
   * What CI systems obey in the log of a job, wherever in a line it stands: the sign within it that
   * is escaped is the group.
   *
   * <ul>
   *   <li>{@code ##[...]}, {@code ##vso[...]} (GitHub, Azure Pipelines), {@code ##teamcity[...]},
   *       {@code ##octopus[...]}
   *   <li>{@code ::error ...::} and the like (GitHub, Gitea, Forgejo)
   *   <li>{@code section_start:...} (GitLab), {@code travis_fold:...}: their ends need a control
   *       character too, which is escaped anyhow
   * </ul>
   *
   * <p>What Jenkins and Buildkite obey begins with a control character or a line.
   */
  private static final Pattern CI_COMMAND =
      Pattern.compile(
          "#(#)(?=[A-Za-z]*+\\[)"
              + "|:(:)(?=[A-Za-z])"
              + "|(?:section_(?:start|end)|travis_(?:fold|time))(:)");

  private SafeText() {}

  /**
   * A file name that means nothing but itself to a shell, a program's arguments or a file system:
   * letters, digits and {@code ._+-} of ASCII are kept, every other character and a leading {@code
   * .} or {@code -} becomes {@code _}; at most 100 characters, never empty. Different texts may
   * give the same name.
   */
  public static String fileName(String text) {
    String name =
        text.substring(0, text.offsetByCodePoints(0, Math.min(MAX_FILE_NAME, codePoints(text))))
            .replaceAll("[^A-Za-z0-9._+-]", "_")
            .replaceFirst("^[.-]", "_");
    return name.isEmpty() ? "_" : name;
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * The text for a console, a log or a report, on one line, with nothing in it that a terminal or a
   * CI system obeys, that reorders or hides other text, or that XML forbids: {@code \n}, {@code
   * \r}, {@code \t}, {@code \x1b}, {@code \u202e}, {@code \U000e0001} stand for such characters,
   * and one sign of a CI system's command is written so: {@code #\x23vso[}, {@code :\x3aerror}. All
   * others are kept, the backslash too, so that escaping twice changes nothing.
   */
  public static String printable(String text) {
    String visible = visible(text);
    // Every such command has one of these signs, and most texts have none.
    return visible.indexOf(':') < 0 && visible.indexOf('#') < 0
        ? visible
        : CI_COMMAND.matcher(visible).replaceAll(SafeText::withoutCommand);
  }

  /**
   * The same for a format that programs read, and no log of a CI system shows: the signs of such
   * commands stay, since they may stand in an address or a path.
   */
  public static String visible(String text) {
    if (isPlain(text)) {
      return text;
    }
    StringBuilder visible = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(visible, c));
    return visible.toString();
  }

  /** True of printable ASCII: of nearly every text. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static String withoutCommand(MatchResult command) {
    String text = command.group();
    char last = text.charAt(text.length() - 1);
    return Matcher.quoteReplacement(text.substring(0, text.length() - 1) + escape(last));
  }

  /** The same for a place that can show no more than the characters of a charset. */
  public static String printable(String text, Charset charset) {
    CharsetEncoder encoder = charset.newEncoder();
    StringBuilder shown = new StringBuilder(text.length());
    printable(text)
        .codePoints()
        .forEach(
            c -> {
              String character = Character.toString(c);
              shown.append(encoder.canEncode(character) ? character : escape(c));
            });
    return shown.toString();
  }

  /** The text of some bytes; one that is no character of the charset shows as {@code \xff}. */
  public static String decode(byte[] bytes, Charset charset) {
    CharsetDecoder decoder = charset.newDecoder(); // reports what it cannot decode
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    StringBuilder text = new StringBuilder(bytes.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      text.append(out.flip());
      out.clear();
      if (!result.isError()) {
        return text.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        text.append(escape(in.get() & 0xff));
      }
      decoder.reset();
    }
  }

  /**
   * One line of at most so many characters: white space is one blank, none at the ends, and what is
   * longer is cut, which a {@code …} shows.
   */
  public static String oneLine(String text, int most) {
    String line = WHITE_SPACE.matcher(text).replaceAll(" ").strip();
    return codePoints(line) <= most
        ? line
        : line.substring(0, line.offsetByCodePoints(0, most)) + "…";
  }

  private static void append(StringBuilder printable, int c) {
    switch (c) {
      case '\n' -> printable.append("\\n");
      case '\r' -> printable.append("\\r");
      case '\t' -> printable.append("\\t");
      default -> {
        if (isPrintable(c)) {
          printable.appendCodePoint(c);
        } else {
          printable.append(escape(c));
        }
      }
    }
  }

  private static String escape(int c) {
    return (c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c);
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT, // bidirectional overrides, characters without width
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}

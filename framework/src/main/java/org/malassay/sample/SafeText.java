package org.malassay.sample;

import java.util.regex.Pattern;

/** Hostile text, such as the name of a sample, made safe for where it goes. */
public final class SafeText {
  private static final int MAX_FILE_NAME = 100;
  private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\x85\\u2028\\u2029]+");

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
   * The text for a console, a log or a report, on one line, with nothing in it that a terminal
   * obeys, that reorders or hides other text, or that XML forbids: {@code \n}, {@code \r}, {@code
   * \t}, {@code \x1b}, {@code \u202e}, {@code \U000e0001} stand for such characters. All others are
   * kept, the backslash too, so that escaping twice changes nothing.
   */
  public static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(printable, c));
    return printable.toString();
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
          printable.append(
              (c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
        }
      }
    }
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

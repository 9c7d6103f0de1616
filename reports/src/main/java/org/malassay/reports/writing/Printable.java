package org.malassay.reports.writing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hostile text in a form that can be shown. */
public final class Printable {
  private static final Pattern WITHIN_LINE = Pattern.compile("[^\\n\\t]+");

  private Printable() {}

  /** One line. Doing it twice changes nothing. */
  public static String line(String hostile) {
    StringBuilder line = new StringBuilder(hostile.length());
    hostile.codePoints().forEach(c -> append(line, c));
    return line.toString();
  }

  // SEAM until branch elf is merged: SafeText.printable.
  private static void append(StringBuilder printable, int c) {
    switch (c) {
      case '\n' -> printable.append("\\n");
      case '\r' -> printable.append("\\r");
      case '\t' -> printable.append("\\t");
      default -> {
        boolean plain =
            switch (Character.getType(c)) {
              case Character.CONTROL,
                  Character.FORMAT,
                  Character.LINE_SEPARATOR,
                  Character.PARAGRAPH_SEPARATOR,
                  Character.SURROGATE,
                  Character.UNASSIGNED ->
                  false;
              default -> true;
            };
        if (plain) {
          printable.appendCodePoint(c);
        } else {
          printable.append(
              (c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
        }
      }
    }
  }

  /** One line, and no more than its beginning, for places where the length matters more. */
  public static String line(String hostile, int limit) {
    String line = line(hostile);
    return line.codePointCount(0, line.length()) <= limit
        ? line
        : line.substring(0, line.offsetByCodePoints(0, limit)) + "…";
  }

  /** Several lines: line feeds and tabs stay, bytes that are not UTF-8 show as {@code \xff}. */
  public static String lines(byte[] hostile) {
    return WITHIN_LINE
        .matcher(decode(hostile))
        .replaceAll(line -> Matcher.quoteReplacement(line(line.group())));
  }

  private static String decode(byte[] bytes) {
    CharsetDecoder decoder = UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    StringBuilder text = new StringBuilder(bytes.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      text.append(out.flip());
      out.clear();
      if (!result.isError()) {
        return text.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        text.append("\\x%02x".formatted(in.get()));
      }
      decoder.reset();
    }
  }
}

package org.malassay.reports.writing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.stream.Collectors;

/** Hostile text in a form that can be shown. */
public final class Printable {
  private Printable() {}

  /** One line: a backslash and whatever does not print is an escape, as in Java source. */
  public static String line(String text) {
    return text.codePoints()
        .mapToObj(point -> prints(point) ? Character.toString(point) : escaped(point))
        .collect(Collectors.joining());
  }

  /** The beginning of a text, for places where its length matters more than its end. */
  public static String cut(String text, int limit) {
    return text.codePointCount(0, text.length()) <= limit
        ? text
        : text.substring(0, text.offsetByCodePoints(0, limit)) + "…";
  }

  /** The escape by which {@link #line} shows a character. */
  public static String escaped(int point) {
    return switch (point) {
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> point < 0x10000 ? "\\u%04x".formatted(point) : "\\u{%x}".formatted(point);
    };
  }

  private static boolean prints(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> point != '\\';
    };
  }

  /**
   * Several lines: as {@link #line}, but line feeds, tabs and backslashes stay what they are, and
   * bytes that are not UTF-8 show as {@code \xff}.
   */
  public static String text(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    decode(bytes)
        .codePoints()
        .forEach(
            point -> {
              if (prints(point) || point == '\n' || point == '\t' || point == '\\') {
                text.appendCodePoint(point);
              } else {
                text.append(escaped(point));
              }
            });
    return text.toString();
  }

  private static String decode(byte[] bytes) {
    CharsetDecoder decoder = UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(Math.max(bytes.length, 16));
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

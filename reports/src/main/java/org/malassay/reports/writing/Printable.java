package org.malassay.reports.writing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.sample.SafeText;

/** Hostile text in a form that can be shown, beyond {@link SafeText}. */
public final class Printable {
  private static final Pattern WITHIN_LINE = Pattern.compile("[^\\n\\t]+");

  private Printable() {}

  /** One line, and no more than its beginning, for places where the length matters more. */
  public static String beginning(String hostile, int limit) {
    String line = SafeText.printable(hostile);
    return line.codePointCount(0, line.length()) <= limit
        ? line
        : line.substring(0, line.offsetByCodePoints(0, limit)) + "…";
  }

  /** Several lines: line feeds and tabs stay, bytes that are not UTF-8 show as {@code \xff}. */
  public static String lines(byte[] hostile) {
    return WITHIN_LINE
        .matcher(decode(hostile))
        .replaceAll(line -> Matcher.quoteReplacement(SafeText.printable(line.group())));
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

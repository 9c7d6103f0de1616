package org.malassay.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A value of Sigma's: text in which {@code *} stands for any text and {@code ?} for any character;
 * a backslash takes that meaning from them.
 */
final class Glob {
  private static final char ANY_TEXT = '\uFFFF'; // no character of a text
  private static final char ANY_CHARACTER = '\uFFFE';

  private final List<String> pieces;
  private final boolean openStart;
  private final boolean openEnd;

  private Glob(List<String> pieces, boolean openStart, boolean openEnd) {
    this.pieces = pieces;
    this.openStart = openStart;
    this.openEnd = openEnd;
  }

  /**
   * @param before whether any text may stand before it
   * @param behind whether any text may stand behind it
   * @param cased whether small and capital letters differ
   */
  static Glob of(String value, boolean before, boolean behind, boolean cased) {
    String marked = marked(cased ? value : value.toLowerCase(Locale.ROOT));
    String whole = (before ? ANY_TEXT : "") + marked + (behind ? ANY_TEXT : "");
    List<String> pieces = new ArrayList<>();
    for (String piece : whole.split(String.valueOf(ANY_TEXT), -1)) {
      if (!piece.isEmpty()) {
        pieces.add(piece);
      }
    }
    boolean any = whole.indexOf(ANY_TEXT) >= 0;
    return new Glob(
        List.copyOf(pieces),
        any && whole.charAt(0) == ANY_TEXT,
        any && whole.charAt(whole.length() - 1) == ANY_TEXT);
  }

  private static String marked(String value) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      char next = i + 1 < value.length() ? value.charAt(i + 1) : 0;
      if (c == '\\' && (next == '*' || next == '?' || next == '\\')) {
        text.append(next);
        i++;
      } else {
        text.append(c == '*' ? ANY_TEXT : c == '?' ? ANY_CHARACTER : c);
      }
    }
    return text.toString();
  }

  /** True when it stands for one text alone, which {@link #literal} is. */
  boolean isLiteral() {
    return !openStart && !openEnd && pieces.size() <= 1 && literal().indexOf(ANY_CHARACTER) < 0;
  }

  String literal() {
    return pieces.isEmpty() ? "" : pieces.get(0);
  }

  /**
   * Greedy from the left: each piece at the first place where it is, the last one at the end.
   *
   * @param text in lower case, unless small and capital letters differ
   */
  boolean matches(String text) {
    if (pieces.isEmpty()) {
      return openStart || openEnd || text.isEmpty();
    }
    int from = 0;
    int first = 0;
    int last = pieces.size();
    int end = text.length();
    if (!openEnd) {
      String piece = pieces.get(last - 1);
      end = text.length() - piece.length();
      if (end < 0 || !isAt(text, end, piece)) {
        return false;
      }
      last--;
      if (last == 0) {
        return openStart || end == 0;
      }
    }
    if (!openStart) {
      String piece = pieces.get(0);
      if (piece.length() > end || !isAt(text, 0, piece)) {
        return false;
      }
      from = piece.length();
      first = 1;
    }
    for (int i = first; i < last; i++) {
      int at = find(text, from, end, pieces.get(i));
      if (at < 0) {
        return false;
      }
      from = at + pieces.get(i).length();
    }
    return true;
  }

  private static int find(String text, int from, int end, String piece) {
    if (piece.indexOf(ANY_CHARACTER) < 0) {
      int at = text.indexOf(piece, from);
      return at >= 0 && at + piece.length() <= end ? at : -1;
    }
    for (int at = from; at + piece.length() <= end; at++) {
      if (isAt(text, at, piece)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isAt(String text, int at, String piece) {
    if (at + piece.length() > text.length()) {
      return false;
    }
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (c != ANY_CHARACTER && c != text.charAt(at + i)) {
        return false;
      }
    }
    return true;
  }
}

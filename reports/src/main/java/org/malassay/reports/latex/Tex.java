package org.malassay.reports.latex;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.Character.UnicodeBlock;
import java.lang.Character.UnicodeScript;
import java.util.Map;
import java.util.Set;
import org.malassay.sample.SafeText;

/**
 * Hostile text in LaTeX: shown as it is, whatever it says. No sign of it begins a command, ends a
 * group or a cell, or joins the next one to another sign. It needs no package, and holds in a
 * caption as well as in a cell.
 */
final class Tex {
  /** As many letters may stand together before a line may break. */
  private static final int TOGETHER = 12;

  private static final Map<Integer, String> SIGNS =
      Map.ofEntries(
          Map.entry((int) '\\', "\\textbackslash{}"),
          Map.entry((int) '{', "\\{"),
          Map.entry((int) '}', "\\}"),
          Map.entry((int) '$', "\\$"),
          Map.entry((int) '&', "\\&"),
          Map.entry((int) '#', "\\#"),
          Map.entry((int) '%', "\\%"),
          Map.entry((int) '_', "\\_"),
          Map.entry((int) '^', "\\textasciicircum{}"),
          Map.entry((int) '~', "\\textasciitilde{}"),
          Map.entry((int) '|', "\\textbar{}"),
          Map.entry((int) '<', "\\textless{}"),
          Map.entry((int) '>', "\\textgreater{}"),
          Map.entry((int) '`', "\\`{}"),
          // \textquotedbl is not in every encoding.
          Map.entry((int) '"', "{\\ttfamily\\char34}"),
          // After the end of a row these would belong to it.
          Map.entry((int) '[', "{[}"),
          Map.entry((int) ']', "{]}"),
          Map.entry((int) '*', "{*}"),
          // What our own words have beyond ASCII.
          Map.entry((int) '–', "\\textendash{}"),
          Map.entry((int) '−', "\\ensuremath{-}"),
          Map.entry((int) '…', "\\ldots{}"),
          Map.entry((int) '≤', "\\ensuremath{\\leq}"),
          Map.entry((int) 'δ', "\\ensuremath{\\delta}"),
          Map.entry((int) 'τ', "\\ensuremath{\\tau}"));

  /** Two of these make one other sign; two blanks, one. */
  private static final String JOINING = "-,'!?";

  private static final Set<UnicodeScript> JAPANESE =
      Set.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA);

  /** Behind these a line breaks better than elsewhere. */
  private static final String ENDS = "+/._-:;=@,";

  private final boolean japanese;

  /**
   * @param language of the document: one in Japanese has signs for Japanese, all others are ASCII
   */
  Tex(String language) {
    this.japanese = language.equals("ja");
  }

  /** A text on one line. */
  String text(String hostile) {
    return text(hostile, Integer.MAX_VALUE);
  }

  /** The same, which may break anywhere where it is long: for columns of a width. */
  String breaking(String hostile) {
    return text(hostile, TOGETHER);
  }

  private String text(String hostile, int most) {
    StringBuilder tex = new StringBuilder();
    int last = ' ';
    int together = 0;
    for (int sign : SafeText.printable(hostile).codePoints().toArray()) {
      if (sign != ' ' && (together >= most || (together > 0 && endsAt(last, most)))) {
        tex.append("\\allowbreak{}");
        together = 0;
      }
      together = sign == ' ' ? 0 : together + 1;
      if (sign == last && JOINING.indexOf(sign) >= 0) {
        tex.append("{}");
      }
      tex.append(sign == ' ' && last == ' ' ? "\\ " : sign(sign));
      last = sign;
    }
    return tex.toString();
  }

  private static boolean endsAt(int sign, int most) {
    return most < Integer.MAX_VALUE && ENDS.indexOf(sign) >= 0;
  }

  private String sign(int sign) {
    String known = SIGNS.get(sign);
    if (known != null) {
      return known;
    }
    if (sign < 0x80 || (japanese && isJapanese(sign))) {
      return Character.toString(sign);
    }
    return SafeText.printable(Character.toString(sign), US_ASCII).replace("\\", sign('\\'));
  }

  private static boolean isJapanese(int sign) {
    UnicodeBlock block = UnicodeBlock.of(sign);
    return JAPANESE.contains(UnicodeScript.of(sign))
        || UnicodeBlock.CJK_SYMBOLS_AND_PUNCTUATION.equals(block)
        || UnicodeBlock.HALFWIDTH_AND_FULLWIDTH_FORMS.equals(block)
        || sign == 'ー';
  }
}

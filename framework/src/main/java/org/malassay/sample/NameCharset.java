package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.List;

/**
 * Tells the charset of the names in an archive that does not say it: UTF-8, Shift-JIS, GBK or
 * CP437, which a zip's names are in by its specification (APPNOTE.TXT, appendix D).
 *
 * <p>UTF-8 where all names are well-formed in it, which names in the others hardly ever are by
 * chance. Among the others, the one in which the names look most like names: each character that is
 * not ASCII counts by how common its kind is in names of the charset's languages, and a charset in
 * which a name is malformed is out. Kinds: kana and level 1 of JIS X 0208 for Shift-JIS, level 1 of
 * GB 2312 for GBK, letters for CP437.
 */
final class NameCharset {
  private static final Charset SHIFT_JIS = Charset.forName("windows-31j"); // as Windows has it
  private static final Charset GBK = Charset.forName("GBK");
  private static final Charset CP437 = Charset.forName("IBM437");

  private static final double COMMON = 1;
  private static final double LIKELY = 0.6;
  private static final double RARE = 0.1;

  private NameCharset() {}

  /** The charset of these names; UTF-8 when they are all ASCII. */
  static Charset of(Collection<byte[]> names) {
    if (names.stream().allMatch(name -> isWellFormed(name, UTF_8))) {
      return UTF_8;
    }
    Charset best = CP437;
    double most = names.stream().mapToDouble(NameCharset::cp437).sum();
    for (Charset charset : List.of(SHIFT_JIS, GBK)) {
      if (names.stream().allMatch(name -> isWellFormed(name, charset))) {
        boolean japanese = charset.equals(SHIFT_JIS);
        double score = names.stream().mapToDouble(name -> doubleByte(name, japanese)).sum();
        if (score >= most) {
          best = charset;
          most = score;
        }
      }
    }
    return best;
  }

  private static boolean isWellFormed(byte[] name, Charset charset) {
    try {
      charset.newDecoder().decode(ByteBuffer.wrap(name));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** The sum over the bytes that are not ASCII, so that charsets can be compared. */
  private static double doubleByte(byte[] name, boolean japanese) {
    double score = 0;
    int at = 0;
    boolean afterAnother = false;
    while (at < name.length) {
      int lead = name[at] & 0xff;
      boolean halfWidth = japanese && lead >= 0xa1 && lead <= 0xdf;
      boolean pair = lead >= 0x80 && !halfWidth && at + 1 < name.length;
      if (pair) {
        int trail = name[at + 1] & 0xff;
        double kind = japanese ? shiftJis(lead, trail) : gbk(lead, trail);
        // A letter of a European name with the ASCII letter after it looks like one of these.
        boolean alone = trail < 0x80 && !afterAnother && !isHigh(name, at + 2);
        score += (alone ? RARE : kind) * (trail < 0x80 ? 1 : 2);
        at += 2;
      } else {
        score += lead >= 0x80 ? RARE : 0;
        at++;
      }
      afterAnother = pair;
    }
    return score;
  }

  private static double shiftJis(int lead, int trail) {
    return switch (lead) {
      case 0x81 -> trail == 0x5b ? COMMON : trail <= 0x7a ? LIKELY : RARE; // ー, punctuation
      case 0x82 -> trail >= 0x9f ? COMMON : LIKELY; // hiragana, full-width letters
      case 0x83 -> trail <= 0x96 ? COMMON : RARE; // katakana, Greek
      default -> lead >= 0x88 && lead <= 0x98 ? COMMON : RARE; // level 1, then level 2
    };
  }

  private static double gbk(int lead, int trail) {
    if (trail < 0xa1) {
      return RARE; // what GBK adds to GB 2312
    }
    if (lead == 0xa1 || lead == 0xa3) { // punctuation, full-width letters and digits
      return LIKELY;
    }
    return lead >= 0xb0 && lead <= 0xd7 ? COMMON : RARE; // level 1, then level 2
  }

  private static double cp437(byte[] name) {
    double score = 0;
    for (int at = 0; at < name.length; at++) {
      if (isHigh(name, at)) {
        boolean alone = !isHigh(name, at - 1) && !isHigh(name, at + 1);
        boolean pair = !isHigh(name, at - 2) && !isHigh(name, at + 2); // such as öß
        score += !isCp437Letter(name[at] & 0xff) ? RARE / 2 : alone ? COMMON : pair ? LIKELY : RARE;
      }
    }
    return score;
  }

  private static boolean isCp437Letter(int c) {
    return c < 0x9b || (c >= 0xa0 && c <= 0xa5) || c == 0xe1;
  }

  /** True for a byte that is not ASCII. */
  private static boolean isHigh(byte[] name, int at) {
    return at >= 0 && at < name.length && name[at] < 0;
  }
}

package org.malassay.features;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.regex.Pattern;

/**
 * The strings of a file, as strings(1) finds them: four or more bytes in a row that are printable
 * ASCII, or a tab. All are counted; a list of them is kept within bounds.
 */
final class Strings {
  private static final int SHORTEST = 4;

  /** How much is looked at, and kept, of one string. */
  private static final int MOST_OF_ONE = 1024;

  private static final int MOST_OF_ALL = 1 << 20;

  private static final Pattern ADDRESS =
      Pattern.compile("(?<![\\d.])(?:\\d{1,3}\\.){3}\\d{1,3}(?![\\d.])");
  private static final Pattern URL = Pattern.compile("[a-zA-Z]{2,10}://");
  private static final Pattern PATH = Pattern.compile("/\\w[^ ]*");

  private final byte[] file;
  private final ByteArrayOutputStream list = new ByteArrayOutputStream();
  private final ByteCounts characters = new ByteCounts();
  private long count;
  private long total;
  private long longest;
  private long urls;
  private long addresses;
  private long paths;
  private long unlisted;

  private Strings(byte[] file) {
    this.file = file;
  }

  static void of(Head head, Findings into) {
    Strings strings = new Strings(head.bytes());
    strings.scan();
    strings.tell(into);
  }

  private void scan() {
    int start = 0;
    for (int i = 0; i <= file.length; i++) {
      if (i == file.length || !isCharacter(file[i])) {
        if (i - start >= SHORTEST) {
          found(start, i);
        }
        start = i + 1;
      }
    }
  }

  private static boolean isCharacter(byte b) {
    return (b >= 0x20 && b < 0x7f) || b == '\t';
  }

  private void found(int from, int to) {
    int length = to - from;
    count++;
    total += length;
    longest = Math.max(longest, length);
    characters.add(file, from, to);
    String text = new String(file, from, Math.min(length, MOST_OF_ONE), ISO_8859_1);
    urls += text.contains("://") && URL.matcher(text).find() ? 1 : 0;
    addresses += text.indexOf('.') >= 0 && ADDRESS.matcher(text).find() ? 1 : 0;
    paths += text.charAt(0) == '/' && PATH.matcher(text).matches() ? 1 : 0;
    String line = Integer.toHexString(from) + " " + length + " " + text + "\n";
    if (unlisted == 0 && list.size() + line.length() <= MOST_OF_ALL) {
      list.writeBytes(line.getBytes(ISO_8859_1));
    } else {
      unlisted++;
    }
  }

  private void tell(Findings into) {
    into.number("strings", count);
    into.number("strings_bytes", total);
    into.number("strings_longest", longest);
    into.number("strings_urls", urls);
    into.number("strings_ipv4", addresses);
    into.number("strings_paths", paths);
    if (count > 0) {
      into.number("strings_mean_length", (double) total / count);
      into.number("strings_entropy", characters.entropy());
    }
    if (unlisted > 0) {
      into.missing(Part.STRINGS, "%d of %d are counted and not listed".formatted(unlisted, count));
    }
    into.piece(
        FeaturePiece.STRINGS,
        "strings in the sample's file: place in hexadecimal, length, the first %d characters"
            .formatted(MOST_OF_ONE),
        "text/plain",
        list.toByteArray());
  }
}

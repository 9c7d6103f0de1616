package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.malassay.sample.SafeText;

/** Names of an image, which are bytes, as paths of {@code Entry}: text that leads nowhere. */
final class Names {
  /** Longer paths are cut: those of Linux are shorter. */
  static final int MOST = 4096;

  private Names() {}

  /** A path in a folder; the root is empty. */
  static String in(String folder, byte[] name) {
    return cut(folder + "/" + step(text(name).replace("/", "\\x2f")));
  }

  /** The path that an archive writes, whatever it begins with; the root is empty. */
  static String path(String archived) {
    StringBuilder path = new StringBuilder();
    boolean longer = archived.length() > MOST;
    String there = longer ? archived.substring(0, MOST) : archived;
    for (String step : there.split("/", -1)) {
      if (!step.isEmpty() && !step.equals(".")) {
        path.append('/').append(step(SafeText.visible(step)));
      }
    }
    return marked(cut(path.toString()), longer);
  }

  static String path(byte[] archived) {
    return marked(path(decoded(archived)), archived.length > MOST + 1);
  }

  /** Where a link leads: text. */
  static String text(byte[] name) {
    return marked(cut(SafeText.visible(decoded(name))), name.length > MOST + 1);
  }

  /** No more of them than tell that there are too many. */
  private static String decoded(byte[] name) {
    return SafeText.decode(name.length > MOST + 1 ? Arrays.copyOf(name, MOST + 1) : name, UTF_8);
  }

  private static String marked(String text, boolean longer) {
    return longer && !text.endsWith("…") ? text + "…" : text;
  }

  private static String step(String name) {
    return switch (name) {
      case "" -> "\\x00";
      case "." -> "\\x2e";
      case ".." -> "\\x2e\\x2e";
      default -> name;
    };
  }

  private static String cut(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
  }

  /** Bytes up to the first zero. */
  static byte[] untilZero(byte[] name) {
    int end = 0;
    while (end < name.length && name[end] != 0) {
      end++;
    }
    return Arrays.copyOf(name, end);
  }
}

package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.malassay.sample.SafeText;

/** Names of an image, which are bytes, as paths of {@code Entry}: text that leads nowhere. */
final class Names {
  /** Longer paths are cut: those of Linux are shorter. */
  private static final int MOST = 4096;

  private Names() {}

  /** A path in a folder; the root is empty. */
  static String in(String folder, byte[] name) {
    return cut(folder + "/" + step(text(name).replace("/", "\\x2f")));
  }

  /** The path that an archive writes, whatever it begins with; the root is empty. */
  static String path(String archived) {
    StringBuilder path = new StringBuilder();
    for (String step : archived.split("/", -1)) {
      if (!step.isEmpty() && !step.equals(".")) {
        path.append('/').append(step(SafeText.visible(step)));
      }
    }
    return cut(path.toString());
  }

  static String path(byte[] archived) {
    return path(SafeText.decode(archived, UTF_8));
  }

  /** Where a link leads: text. */
  static String text(byte[] name) {
    return cut(SafeText.visible(SafeText.decode(name, UTF_8)));
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

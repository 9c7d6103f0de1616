package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Paths of this machine as text. Linux names are bytes. Java decodes them in the locale's charset,
 * and replaces what is not in it by one and the same character: different names would look the
 * same, under {@code LC_ALL=C} all that are not plain ASCII.
 */
final class PathText {
  private static final char REPLACEMENT = '\ufffd';

  private PathText() {}

  /** The path, {@code /} between its names. */
  static String of(Path path) {
    String text =
        StreamSupport.stream(path.spliterator(), false)
            .map(PathText::name)
            .collect(Collectors.joining("/"));
    return path.isAbsolute() ? "/" + text : text;
  }

  private static String name(Path name) {
    String text = name.toString();
    return text.indexOf(REPLACEMENT) < 0 ? text : SafeText.decode(bytes(name), UTF_8);
  }

  /** A URI has the bytes themselves; no other part of Java's API tells them. */
  private static byte[] bytes(Path name) {
    String uri = name.toUri().getRawPath();
    String last = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri; // a folder's
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = last.lastIndexOf('/') + 1; at < last.length(); at++) {
      if (last.charAt(at) == '%') {
        bytes.write(Integer.parseInt(last, at + 1, at + 3, 16));
        at += 2;
      } else {
        bytes.write(last.charAt(at));
      }
    }
    return bytes.toByteArray();
  }
}

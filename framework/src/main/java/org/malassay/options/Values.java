package org.malassay.options;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Parsers of option values; each throws {@link IllegalArgumentException} with a readable message.
 */
public final class Values {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,9})([kmg]?)b?", Pattern.CASE_INSENSITIVE);
  private static final Pattern COUNT = Pattern.compile("\\d{1,9}");

  /** One piece of a word, as POSIX's shell quotes (Shell Command Language, 2.2). */
  private static final Pattern PIECE =
      Pattern.compile(
          "(?<space>\\s+)"
              + "|'(?<literal>[^']*)'"
              + "|\"(?<quoted>[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\""
              + "|\\\\(?<escaped>.)"
              + "|(?<plain>[^\\s'\"\\\\]+)",
          Pattern.DOTALL);

  /** Less than any guest's limit for one argument. */
  private static final int MAX_WORDS = 4000;

  private Values() {}

  /** A duration such as {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}; more than zero. */
  public static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a duration such as 500ms, 10s, 2m or 1h");
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          default -> Duration.ofHours(amount);
        };
    if (duration.isZero()) {
      throw new IllegalArgumentException("must be more than zero");
    }
    return duration;
  }

  /** A size in bytes such as {@code 65536}, {@code 64k}, {@code 256m}, {@code 1g}; never zero. */
  public static long size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a size such as 64k, 256m or 1g");
    }
    int shift =
        switch (matcher.group(2)) {
          case "k", "K" -> 10;
          case "m", "M" -> 20;
          case "g", "G" -> 30;
          default -> 0;
        };
    long size = Long.parseLong(matcher.group(1)) << shift;
    if (size == 0) {
      throw new IllegalArgumentException("must be more than zero");
    }
    return size;
  }

  /** A whole number of at least one. */
  public static int count(String text) {
    if (!COUNT.matcher(text).matches() || Integer.parseInt(text) == 0) {
      throw new IllegalArgumentException("not a whole number of at least 1");
    }
    return Integer.parseInt(text);
  }

  /** A number of at least zero, such as {@code 0.5}. */
  public static double number(String text) {
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number", e);
    }
    if (!(number >= 0) || Double.isInfinite(number)) {
      throw new IllegalArgumentException("not a number of at least 0");
    }
    return number;
  }

  /** A number of more than zero, such as {@code 0.5}. */
  public static double share(String text) {
    double share = number(text);
    if (share == 0) {
      throw new IllegalArgumentException("must be more than zero");
    }
    return share;
  }

  /** A charset by any of its names, such as {@code Shift_JIS}, {@code GBK}, {@code IBM437}. */
  public static Charset charset(String text) {
    try {
      return Charset.forName(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a charset such as UTF-8, Shift_JIS, GBK or IBM437", e);
    }
  }

  /** Names separated by commas; at least one. */
  public static List<String> names(String text) {
    List<String> names =
        Arrays.stream(text.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    if (names.isEmpty()) {
      throw new IllegalArgumentException("names nothing");
    }
    return names;
  }

  /**
   * Words separated by white space, none at all included. As in a shell, single quotes keep what is
   * between them, double quotes all but a backslash before {@code "} or {@code \\}, and elsewhere a
   * backslash keeps the character after it. Nothing is expanded.
   */
  public static List<String> words(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_WORDS) {
      throw new IllegalArgumentException("longer than " + MAX_WORDS + " bytes");
    }
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("no argument can hold a NUL");
    }
    List<String> words = new ArrayList<>();
    Matcher piece = PIECE.matcher(text);
    boolean within = false;
    for (int at = 0; at < text.length(); at = piece.end()) {
      if (!piece.region(at, text.length()).lookingAt()) {
        throw new IllegalArgumentException("what begins here is not closed: " + text.substring(at));
      }
      boolean space = piece.group("space") != null;
      if (!space) {
        words.add((within ? words.remove(words.size() - 1) : "") + unquoted(piece));
      }
      within = !space;
    }
    return List.copyOf(words);
  }

  private static String unquoted(Matcher piece) {
    return Stream.of("literal", "escaped", "plain")
        .flatMap(kind -> Stream.ofNullable(piece.group(kind)))
        .findFirst()
        .orElseGet(() -> piece.group("quoted").replaceAll("\\\\([\"\\\\])", "$1"));
  }

  /**
   * A path; a relative one starts where the user stood when starting Maven, which is not where
   * Maven runs the tests. The build hands that folder over as {@code malassay.directory}.
   */
  public static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("names no file");
    }
    try {
      return Path.of(System.getProperty("malassay.directory", "")).resolve(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          text.chars().allMatch(c -> c < 0x80)
              ? e.getReason()
              : "no name of a file in the locale's charset; set LC_ALL=C.UTF-8",
          e);
    }
  }

  /** Paths separated by commas, or one of a file whose name has commas; see {@link #path}. */
  public static List<Path> paths(String text) {
    if (Files.exists(path(text))) {
      return List.of(path(text));
    }
    return names(text).stream().map(Values::path).toList();
  }
}

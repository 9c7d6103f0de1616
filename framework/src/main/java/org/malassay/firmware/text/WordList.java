package org.malassay.firmware.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** A list of the framework's own: words in lines, with {@code #} before what is said of them. */
public final class WordList {
  private WordList() {}

  /**
   * The words of each line that has some.
   *
   * @param owner the class that it lies beside
   * @param name of the file
   */
  public static List<List<String>> beside(Class<?> owner, String name) {
    try (InputStream in = Objects.requireNonNull(owner.getResourceAsStream(name));
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> List.of(line.strip().split(" +")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " of the framework cannot be read", e);
    }
  }
}

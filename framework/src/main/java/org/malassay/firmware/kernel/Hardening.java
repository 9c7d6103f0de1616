package org.malassay.firmware.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The options that harden a kernel and the values that kernel-hardening-checker wants of them, as
 * its documentation names them; {@code hardening.list} says which version. Those that only a PC has
 * are left out.
 */
public final class Hardening {
  private static final Map<String, String> WANTED = read();

  private Hardening() {}

  private static Map<String, String> read() {
    try (InputStream in =
            Objects.requireNonNull(Hardening.class.getResourceAsStream("hardening.list"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      Map<String, String> wanted = new LinkedHashMap<>();
      lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.strip().split(" +"))
          .forEach(words -> wanted.put(Configuration.today(words[0]), words[1]));
      return Map.copyOf(wanted);
    } catch (IOException e) {
      throw new UncheckedIOException("hardening.list of the framework cannot be read", e);
    }
  }

  /** By the name of an option, its wanted value: {@code y}, {@code n} or a text. */
  public static Map<String, String> wanted() {
    return WANTED;
  }
}

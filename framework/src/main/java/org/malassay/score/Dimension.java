package org.malassay.score;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whom an impact hits: the thesis's four dimensions. */
public enum Dimension {
  /** The device: its system, its other programs, its settings. */
  ENVIRONMENT,
  /** What the device is there for: here its web service. */
  SERVICE,
  /** Those who own the device, and their data. */
  USER,
  /** Everybody else. */
  THIRD_PARTY;

  /** The name in rules, reports and records, such as {@code third_party}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Dimension> find(String word) {
    return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
  }

  static String words() {
    return Arrays.stream(values()).map(Dimension::word).collect(Collectors.joining(", "));
  }
}

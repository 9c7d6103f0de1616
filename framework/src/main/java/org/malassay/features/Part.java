package org.malassay.features;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A kind of static feature, as {@code -Dfeatures} names it. */
public enum Part {
  STRINGS,
  IMAGE,
  ENTROPY,
  OPCODES,
  IMPORTS,
  TLSH;

  /** The name for users. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Part of(String word) {
    return Arrays.stream(values())
        .filter(part -> part.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there are no features \"%s\"; there are: %s"
                        .formatted(
                            word,
                            Arrays.stream(values())
                                .map(Part::word)
                                .collect(Collectors.joining(", ")))));
  }
}

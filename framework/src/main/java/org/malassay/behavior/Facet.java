package org.malassay.behavior;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A kind of thing that can be seen of a sample, each recorded or not for itself. */
public enum Facet {
  /** System calls of the sample and all its descendants. */
  CALLS,
  /** Processes and the programs that they execute. */
  PROCESSES,
  /** Files that the sample made, whose contents were kept. */
  FILES,
  /** Conversations with the network, and what was asked there. */
  NETWORK,
  /** Processor, memory and packets over time. */
  USAGE,
  /** Answers of the guest's web service. */
  SERVICE;

  /** The name in options, reports and records, such as {@code calls}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The facet of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names those that there are
   */
  public static Facet of(String word) {
    return Arrays.stream(values())
        .filter(facet -> facet.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no facet is called %s; there is: %s"
                        .formatted(
                            word,
                            Arrays.stream(values())
                                .map(Facet::word)
                                .collect(Collectors.joining(", ")))));
  }
}

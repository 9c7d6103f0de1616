package org.malassay.reports.interop;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.malassay.reports.interop.StixObjects.Head;
import org.malassay.reports.interop.StixObjects.Marking;

/** Whom a bundle may be given to, with the standard's own objects for it (STIX 2.1, 7.2.1.4). */
enum Tlp {
  WHITE("613f2e26-407d-48c7-9eca-b8e91df99dc9"),
  GREEN("34098fce-860f-48ae-8e50-ebd3cc5e41da"),
  AMBER("f88d31f6-486f-44da-b317-01333bde0b82"),
  RED("5e57c739-391a-4eb3-b6be-7d15ca92d5ed");

  private final String id;

  Tlp(String uuid) {
    this.id = "marking-definition--" + uuid;
  }

  /** The name in options, such as {@code amber}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String id() {
    return id;
  }

  Marking marking() {
    return new Marking(
        new Head("marking-definition", "2.1", id, List.of()),
        "2017-01-20T00:00:00.000Z",
        "TLP:" + name(),
        "tlp",
        Map.of("tlp", word()));
  }

  /**
   * The colour of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names those that there are
   */
  static Tlp of(String word) {
    return Arrays.stream(values())
        .filter(color -> color.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "not a colour of the Traffic Light Protocol; there is: "
                        + Arrays.stream(values())
                            .map(Tlp::word)
                            .collect(Collectors.joining(", "))));
  }
}

package org.malassay.firmware.survey;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.options.Values;

/**
 * What a vendor's gate asks of every program and library of an image, by the names of {@code
 * -Dfirmware.require}. What cannot be told, and what does not exist for a kind of file, breaks no
 * requirement.
 */
public enum Requirement {
  NX,
  /** Of programs alone: a library is at any address. */
  PIE,
  /** Full: the table of functions is read-only, too. */
  RELRO,
  PARTIAL_RELRO,
  CANARY,
  FORTIFY,
  NO_RPATH,
  NO_RUNPATH,
  STRIPPED,
  CFI,
  PAC,
  BTI;

  /** As the user writes it, such as {@code no-rpath}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether a program fulfils it. */
  public Answer of(Mitigations mitigations) {
    return switch (this) {
      case NX -> mitigations.nx();
      case PIE -> pie(mitigations);
      case RELRO -> relro(mitigations, false);
      case PARTIAL_RELRO -> relro(mitigations, true);
      case CANARY -> mitigations.canary();
      case FORTIFY -> mitigations.fortify();
      case NO_RPATH -> not(mitigations.rpath());
      case NO_RUNPATH -> not(mitigations.runpath());
      case STRIPPED -> mitigations.stripped();
      case CFI -> mitigations.cfi();
      case PAC -> mitigations.pac();
      case BTI -> mitigations.bti();
    };
  }

  /** All of them, with commas between. */
  static String names() {
    return Arrays.stream(values()).map(Requirement::label).collect(joining(", "));
  }

  /**
   * Those of a list of names.
   *
   * @throws IllegalArgumentException if there is no such requirement; the message names those there
   *     are
   */
  static List<Requirement> parse(String text) {
    return Values.names(text).stream().distinct().map(Requirement::named).toList();
  }

  private static Requirement named(String name) {
    return Arrays.stream(values())
        .filter(it -> it.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no requirement %s; there is: %s".formatted(name, names())));
  }

  private static Answer pie(Mitigations mitigations) {
    return switch (mitigations.pie()) {
      case YES, STATIC_PIE -> Answer.YES;
      case NO -> Answer.NO;
      case LIBRARY, OBJECT -> Answer.NOT_APPLICABLE;
      case UNKNOWN -> Answer.UNKNOWN;
    };
  }

  private static Answer relro(Mitigations mitigations, boolean partial) {
    return switch (mitigations.relro()) {
      case FULL -> Answer.YES;
      case PARTIAL -> partial ? Answer.YES : Answer.NO;
      case NONE -> Answer.NO;
      case UNKNOWN -> Answer.UNKNOWN;
      case NOT_APPLICABLE -> Answer.NOT_APPLICABLE;
    };
  }

  private static Answer not(Answer answer) {
    return switch (answer) {
      case YES -> Answer.NO;
      case NO -> Answer.YES;
      default -> answer;
    };
  }
}

package org.malassay.firmware;

import java.util.Map;

/**
 * The kernel of an image.
 *
 * @param version such as {@code 3.10.14}; empty if it could not be told
 * @param architecture as in {@code Architecture.label()}; empty if it could not be told
 * @param built the date of its banner, as it stands there; empty if there is none
 * @param options by name, such as {@code CONFIG_SECCOMP}, of those that a rule asks for; what
 *     cannot be told is not there
 * @param protections by name, such as {@code aslr}: what the options add up to
 */
public record Kernel(
    String version,
    String architecture,
    String built,
    String how,
    Map<String, Told> options,
    Map<String, Told> protections) {
  /**
   * A value, and how it was told.
   *
   * @param value {@code y}, {@code m}, {@code n}, {@code unknown}, or the option's text
   * @param how such as {@code ikconfig}, {@code System.map}, {@code symbol NAME}, {@code module
   *     NAME}
   */
  public record Told(String value, String how) {}

  public Kernel {
    options = Map.copyOf(options);
    protections = Map.copyOf(protections);
  }
}

package org.malassay.firmware;

import java.util.Optional;

/**
 * An ELF file of an image.
 *
 * @param sha256 in hexadecimal digits
 * @param tlsh its similarity digest; empty if it is too small for one
 * @param architecture as in {@code Architecture.label()}
 * @param kind {@code program}, {@code library}, {@code module} (of a kernel), {@code object},
 *     {@code kernel} or {@code other}
 * @param component what it is known as
 */
public record Program(
    String path,
    String sha256,
    long size,
    String tlsh,
    String architecture,
    String kind,
    Mitigations mitigations,
    Optional<Component> component) {
  /** The same file, about which other things can be told. */
  public Program with(Mitigations other) {
    return new Program(path, sha256, size, tlsh, architecture, kind, other, component);
  }
}

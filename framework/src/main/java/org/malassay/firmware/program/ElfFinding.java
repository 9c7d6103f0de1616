package org.malassay.firmware.program;

import org.malassay.firmware.Mitigations;

/**
 * What an ELF file says of itself.
 *
 * @param architecture as in {@code Architecture.label()}
 * @param kind {@code program}, {@code library}, {@code module}, {@code object}, {@code kernel} or
 *     {@code other}
 */
public record ElfFinding(String architecture, String kind, Mitigations mitigations) {}

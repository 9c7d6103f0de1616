/**
 * Firmware images, read and never run: what lies in one, what protects its programs, and what is
 * known of its kernel, its applications and what it starts. Stands on {@code org.malassay.sample}'s
 * reader of ELF files and on {@code org.malassay.files}; knows no guest, no environment and no
 * report.
 *
 * <p>{@code unpack} turns the bytes of an image into {@link org.malassay.firmware.Part parts} and a
 * stream of {@link org.malassay.firmware.Entry entries}; {@code program}, {@code kernel} and {@code
 * system} turn entries into facts; {@link org.malassay.firmware.ImageFacts} is what is kept of one
 * image.
 */
@NullMarked
package org.malassay.firmware;

import org.jspecify.annotations.NullMarked;

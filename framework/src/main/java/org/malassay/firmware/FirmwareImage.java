package org.malassay.firmware;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;

/**
 * One file of a survey, and where it comes from.
 *
 * @param name its path within the survey's folder
 * @param vendor empty if not known, as are product and version
 * @param date when it was released, if that is known
 */
public record FirmwareImage(
    String name,
    Path file,
    String vendor,
    String product,
    String version,
    Optional<LocalDate> date) {}

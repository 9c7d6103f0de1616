package org.malassay.experiments;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sample that is not there, because Debian's archive does not give it now.
 *
 * @param sample its name
 * @param reason which package could not be had and why, or why the archive could not be opened
 */
record LeftOut(String sample, String reason) {
  private static final String REMEDY =
      "The next run asks again; MALASSAY_DEBIAN_MIRROR=URL names another archive";

  /** What {@code build.sh} tells, a sample a line. */
  static List<LeftOut> read(Path file) throws IOException {
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(LeftOut::parse).toList()
        : List.of();
  }

  private static LeftOut parse(String line) {
    int space = line.indexOf(' ');
    return new LeftOut(line.substring(0, space), line.substring(space + 1));
  }

  /** One sentence about all of them, if there are any. */
  static Optional<String> summary(List<LeftOut> leftOut, int samples) {
    if (leftOut.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> byReason =
        leftOut.stream()
            .collect(
                groupingBy(
                    LeftOut::reason, LinkedHashMap::new, mapping(LeftOut::sample, joining(", "))));
    return Optional.of(
        "%d of %d own samples could not be had: %s. %s"
            .formatted(
                leftOut.size(),
                samples,
                byReason.entrySet().stream()
                    .map(entry -> entry.getValue() + " - " + entry.getKey())
                    .collect(joining("; ")),
                REMEDY));
  }

  /** A failure that says why the sample is not there, for those who cannot do without it. */
  String message() {
    return "the sample %s could not be had: %s. %s".formatted(sample, reason, REMEDY);
  }
}

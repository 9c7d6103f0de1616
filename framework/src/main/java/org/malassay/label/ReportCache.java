package org.malassay.label;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.malassay.files.WholeFile;
import org.malassay.sample.Sample;

/**
 * The answers that services gave, as they gave them: {@code SERVICE/SHA256.json} for a report, kept
 * for good, so that a study gives the same labels when it is repeated; {@code
 * SERVICE/SHA256.not-known} with the time of the answer otherwise.
 */
final class ReportCache implements LabelSource {
  /** For how long a service is not asked again for a file that it did not know. */
  static final Duration NOT_KNOWN_FOR = Duration.ofDays(7);

  private final Path folder;
  private final Clock clock;

  ReportCache(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** A report that any service has given, whether or not there is a key to it now. */
  @Override
  public Lookup find(Sample sample) {
    for (Api api : Api.values()) {
      if (get(api, sample.sha256()).orElse(null) instanceof Lookup.Found found) {
        return found;
      }
    }
    // Nothing to tell: the services speak for themselves.
    return new Lookup.NotKnown("");
  }

  /** The answer that a service gave; empty when there is none that still counts. */
  Optional<Lookup> get(Api api, String sha256) {
    try {
      Path report = report(api, sha256);
      if (Files.exists(report)) {
        return Optional.of(ReportReader.read(Files.readAllBytes(report), report.toString()));
      }
      Instant asked = Instant.parse(Files.readString(notKnown(api, sha256)).strip());
      Instant now = clock.instant();
      if (asked.isAfter(now) || asked.plus(NOT_KNOWN_FOR).isBefore(now)) {
        return Optional.empty();
      }
      return Optional.of(
          new Lookup.NotKnown("%s does not know it (asked %s)".formatted(api.title(), asked)));
    } catch (IOException | DateTimeException e) {
      // An absent or damaged answer counts as never given.
      return Optional.empty();
    }
  }

  /** Keeps a report as it came. */
  void putReport(Api api, String sha256, byte[] json) throws IOException {
    WholeFile.write(report(api, sha256), json);
    Files.deleteIfExists(notKnown(api, sha256));
  }

  /** Keeps that a service does not know a file. */
  void putNotKnown(Api api, String sha256) throws IOException {
    WholeFile.write(notKnown(api, sha256), (clock.instant() + "\n").getBytes(UTF_8));
  }

  private Path report(Api api, String sha256) {
    return folder.resolve(api.id()).resolve(sha256 + ".json");
  }

  private Path notKnown(Api api, String sha256) {
    return folder.resolve(api.id()).resolve(sha256 + ".not-known");
  }
}

package org.malassay.reports.firmware;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.files.FileReason;
import org.malassay.firmware.survey.SurveyOptions;
import org.malassay.options.Options;
import org.malassay.sample.SafeText;

/**
 * When versions of components were released: of main ones the first release of each series, which
 * is data of ours, and what the user adds. A version that is not there is as old as its series.
 */
final class Releases {
  private static final String FILE = "series.tsv";

  /** A version's beginning: {@code 3.10.14} of {@code 3.10.14-vendor+}. */
  private static final Pattern VERSION =
      Pattern.compile("(\\d++(?:\\.\\d++)++)([a-z]{0,2}+)(?![a-z])");

  private final Map<String, Map<String, LocalDate>> days;

  private Releases(Map<String, Map<String, LocalDate>> days) {
    this.days = days;
  }

  /**
   * Those that come with the reports, and those of the file that the options name.
   *
   * @throws IOException if the file cannot be read, or is not such a table; the message says where
   */
  static Releases of(Options options) throws IOException {
    Map<String, Map<String, LocalDate>> days = new HashMap<>();
    try (InputStream in = Releases.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IOException("%s is missing from the jar of the reports".formatted(FILE));
      }
      read(new BufferedReader(new InputStreamReader(in, UTF_8)), FILE, days);
    }
    Optional<Path> more = options.find(SurveyOptions.RELEASES);
    if (more.isPresent()) {
      try (BufferedReader lines = Files.newBufferedReader(more.get())) {
        read(lines, more.get().toString(), days);
      } catch (IOException e) {
        throw new IOException(
            "-Dfirmware.releases=%s: %s"
                .formatted(more.get(), SafeText.printable(FileReason.of(e))),
            e);
      }
    }
    return new Releases(days);
  }

  private static void read(
      BufferedReader lines, String file, Map<String, Map<String, LocalDate>> days)
      throws IOException {
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      String[] cells = line.split("\t", -1);
      try {
        days.computeIfAbsent(cells[0], name -> new HashMap<>())
            .put(cells[1], LocalDate.parse(cells[2]));
      } catch (DateTimeException | ArrayIndexOutOfBoundsException e) {
        throw new IOException(
            "line %d of %s is not component, version and day (2024-05-31), with tabs between"
                .formatted(number, file),
            e);
      }
    }
  }

  /**
   * The day of a version, else that of the longest series that it is of: {@code 1.0.2k}, {@code
   * 1.0.2}, {@code 1.0}. Empty where none is known.
   */
  Optional<LocalDate> day(String component, String version) {
    Map<String, LocalDate> its = days.getOrDefault(component, Map.of());
    Matcher known = VERSION.matcher(version);
    if (!known.lookingAt()) {
      return Optional.empty();
    }
    String series = known.group(1);
    if (its.containsKey(known.group())) {
      series = known.group();
    }
    while (!its.containsKey(series)) {
      int end = series.lastIndexOf('.');
      if (end < 0) {
        return Optional.empty();
      }
      series = series.substring(0, end);
    }
    return Optional.ofNullable(its.get(series));
  }
}

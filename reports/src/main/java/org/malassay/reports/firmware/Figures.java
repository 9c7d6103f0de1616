package org.malassay.reports.firmware;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Part;
import org.malassay.firmware.survey.Requirement;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.Surveyed;

/**
 * The figures of a survey. Source packages are in none of them: see {@link Sources}.
 *
 * @param rows an image each, by their names
 * @param unread the parts that nobody understands, by state and format
 * @param damage of the journal, in words
 */
record Figures(List<ImageRow> rows, Map<Unread, Share> unread, List<String> damage) {
  /** What the figures are of, in the order of the report that they are after. */
  static final List<Requirement> MITIGATIONS =
      List.of(
          Requirement.NX,
          Requirement.PIE,
          Requirement.RELRO,
          Requirement.CANARY,
          Requirement.FORTIFY);

  /** A state and a format. */
  record Unread(Part.State state, String format) implements Comparable<Unread> {
    private static final Comparator<Unread> ORDER =
        Comparator.comparing(Unread::state).thenComparing(Unread::format);

    @Override
    public int compareTo(Unread other) {
      return ORDER.compare(this, other);
    }
  }

  /** Reads them out of the journal. */
  static Figures of(SurveyDirectory survey) throws IOException {
    List<ImageRow> rows = new ArrayList<>();
    Map<Unread, Share> unread = new TreeMap<>();
    List<String> damage =
        survey.forEach(
            row -> {
              if (row.facts().flatMap(ImageFacts::sources).isEmpty()) {
                rows.add(ImageRow.of(row));
              }
              row.facts().ifPresent(facts -> count(facts, unread));
            });
    return new Figures(rows, unread, damage);
  }

  private static void count(ImageFacts facts, Map<Unread, Share> unread) {
    for (Part part : facts.parts()) {
      if (part.state() != Part.State.READ && part.state() != Part.State.PADDING) {
        unread.merge(
            new Unread(part.state(), part.format()), new Share(1, part.size()), Share::plus);
      }
    }
  }

  /** How many images became what. */
  long count(Surveyed.Outcome outcome) {
    return rows.stream().filter(row -> row.outcome() == outcome).count();
  }

  /** The shares by year, of images whose day is known. */
  Map<String, Map<Requirement, Share>> byYear() {
    return by(row -> row.year().map(String::valueOf));
  }

  /** The shares by vendor; that of images whose vendor is not known is empty. */
  Map<String, Map<Requirement, Share>> byVendor() {
    return by(row -> Optional.of(row.image().vendor()));
  }

  /** The shares of all images. */
  Map<Requirement, Share> all() {
    return by(row -> Optional.of("")).getOrDefault("", Map.of());
  }

  private Map<String, Map<Requirement, Share>> by(Function<ImageRow, Optional<String>> group) {
    Map<String, Map<Requirement, Share>> groups = new TreeMap<>();
    for (ImageRow row : rows) {
      group
          .apply(row)
          .ifPresent(
              name -> {
                Map<Requirement, Share> shares =
                    groups.computeIfAbsent(name, it -> new EnumMap<>(Requirement.class));
                row.shares().forEach((what, share) -> shares.merge(what, share, Share::plus));
              });
    }
    return groups;
  }

  /** How many images of each year have a kernel of which series, such as {@code 3.10}. */
  Map<String, Map<String, Integer>> kernels() {
    Map<String, Map<String, Integer>> kernels = new TreeMap<>();
    for (ImageRow row : rows) {
      if (row.year().isPresent() && row.kernel().isPresent()) {
        kernels
            .computeIfAbsent(String.valueOf(row.year().get()), year -> new TreeMap<>(SERIES))
            .merge(series(row.kernel().get()), 1, Integer::sum);
      }
    }
    return kernels;
  }

  /** By their numbers: 3.4 before 3.10. */
  static final Comparator<String> SERIES =
      Comparator.comparingInt((String series) -> number(series, 0))
          .thenComparingInt(series -> number(series, 1))
          .thenComparing(series -> series);

  private static int number(String series, int which) {
    String[] numbers = series.split("\\.", -1);
    return which < numbers.length && numbers[which].matches("\\d{1,6}")
        ? Integer.parseInt(numbers[which])
        : -1;
  }

  /** The first two numbers of a version. */
  static String series(String version) {
    String[] numbers = version.split("[^0-9]", 3);
    return numbers.length < 2 ? version : numbers[0] + "." + numbers[1];
  }

  /** Of how many kernels each protection can be told, and how many have it, by its name. */
  Map<String, Share> protections() {
    Map<String, Share> protections = new TreeMap<>();
    rows.forEach(
        row ->
            row.protections()
                .forEach(
                    (name, has) ->
                        protections.merge(name, new Share(has ? 1 : 0, 1), Share::plus)));
    return protections;
  }

  /** In how many images each network service starts by itself, by its name. */
  Map<String, Integer> services() {
    Map<String, Integer> services = new TreeMap<>();
    rows.forEach(row -> row.services().forEach(it -> services.merge(it, 1, Integer::sum)));
    return services;
  }
}

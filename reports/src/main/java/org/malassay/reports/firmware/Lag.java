package org.malassay.reports.firmware;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.malassay.firmware.Component;

/**
 * How old the versions of a component were when the images that have them came out: by their first
 * releases, or those of their series.
 *
 * @param component such as {@code busybox}; {@code linux} is the kernel
 * @param years from that release to that of the image, in order; of an image that has several
 *     versions, the oldest
 */
record Lag(String component, List<Double> years) {
  private static final double DAYS = 365.25;

  Lag {
    years = List.copyOf(years);
  }

  /** Of each component of which the days of version and image are known, by its name. */
  static List<Lag> of(List<ImageRow> rows, Releases releases) {
    Map<String, List<Double>> years = new TreeMap<>();
    for (ImageRow row : rows) {
      Map<String, Double> oldest = new TreeMap<>();
      row.kernel().ifPresent(version -> note(oldest, row, "linux", version, releases));
      for (Component component : row.components()) {
        note(oldest, row, component.name(), component.version(), releases);
      }
      oldest.forEach((name, age) -> years.computeIfAbsent(name, it -> new ArrayList<>()).add(age));
    }
    List<Lag> all = new ArrayList<>();
    years.forEach(
        (name, ages) -> {
          Collections.sort(ages);
          all.add(new Lag(name, ages));
        });
    return all;
  }

  private static void note(
      Map<String, Double> oldest,
      ImageRow row,
      String component,
      String version,
      Releases releases) {
    Optional<Double> age =
        row.image()
            .date()
            .flatMap(
                day ->
                    releases
                        .day(component, version)
                        .map(released -> ChronoUnit.DAYS.between(released, day) / DAYS));
    age.ifPresent(it -> oldest.merge(component, it, Math::max));
  }

  /** The value at a part of the way from the least to the greatest, by the nearest rank. */
  double quantile(double part) {
    int rank = (int) Math.ceil(part * years.size());
    return years.get(Math.max(0, Math.min(years.size(), rank) - 1));
  }
}

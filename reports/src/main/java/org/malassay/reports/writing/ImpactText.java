package org.malassay.reports.writing;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.malassay.sample.SafeText;
import org.malassay.score.Band;
import org.malassay.score.Dimension;
import org.malassay.score.Hit;
import org.malassay.score.Impact;
import org.malassay.score.Measured;

/** How an impact is put into words. Everything returned is printable. */
public final class ImpactText {
  private static final double MILLIS = 1000;

  private ImpactText() {}

  /** The score with its meaning, such as {@code 3.2, serious: stays, spies ...}. */
  public static String score(Impact impact) {
    OptionalDouble score = impact.score();
    if (impact.status() != Impact.Status.SEEN || score.isEmpty()) {
      return (score.isPresent() ? Wording.number(score) + ", " : "")
          + impact.status().words()
          + unseen(impact);
    }
    Band band = Band.of(score.getAsDouble());
    return "%s, %s: %s%s"
        .formatted(Wording.number(score), band.word(), band.meaning(), unseen(impact));
  }

  private static String unseen(Impact impact) {
    String doubt = impact.doubt();
    return doubt.isEmpty() ? "" : " (" + SafeText.printable(doubt) + ")";
  }

  /** Each dimension with its score, such as {@code environment 3.2, service 0}. */
  public static String dimensions(Impact impact) {
    return Arrays.stream(Dimension.values())
        .map(
            dimension ->
                "%s %s"
                    .formatted(
                        dimension.word().replace('_', ' '),
                        impact.score(dimension).isPresent()
                            ? Wording.number(impact.score(dimension))
                            : "not observed"))
        .collect(Collectors.joining(", "));
  }

  /** Of what it is made up: each hit and each loss by its name, with its evidence. */
  public static Map<String, String> parts(Impact impact) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (Hit hit : impact.hits()) {
      parts.merge(
          "hit: " + SafeText.printable(hit.title()), hit(hit), (one, other) -> one + "; " + other);
    }
    for (Measured loss : impact.measured()) {
      parts.merge(
          "measured: " + loss.dimension().word().replace('_', ' '),
          "%s: %s points".formatted(SafeText.printable(loss.words()), points(loss.points())),
          (one, other) -> one + "; " + other);
    }
    return parts;
  }

  private static String hit(Hit hit) {
    return SafeText.printable(
        "%s, %s%s: %s; %s points for %s; at %s in %s%s, seen by %s%s%s; rule %s%s"
            .formatted(
                hit.level().word(),
                hit.succeeded() ? "done" : "tried",
                hit.count() > 1 ? " (%d times)".formatted(hit.count()) : "",
                hit.event(),
                points(hit.points()),
                hit.dimensions().stream()
                    .map(dimension -> dimension.word().replace('_', ' '))
                    .collect(Collectors.joining(" and ")),
                String.format(Locale.ROOT, "%.3f s", hit.at().toMillis() / MILLIS),
                hit.process().isPresent()
                    ? "process " + hit.process().getAsInt()
                    : "no known process",
                hit.program().isEmpty() ? "" : " (" + hit.program() + ")",
                hit.origin(),
                hit.forgeable() ? ", which a sample can forge" : "",
                hit.techniques().isEmpty() ? "" : "; ATT&CK " + String.join(", ", hit.techniques()),
                hit.rule(),
                hit.author().map(author -> " by " + author).orElse("")));
  }

  private static String points(double points) {
    return String.format(Locale.ROOT, "%.1f", points);
  }
}

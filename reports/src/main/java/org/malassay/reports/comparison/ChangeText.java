package org.malassay.reports.comparison;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.infection.Infection;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;

/** How changes since a baseline are put into words. Everything returned is printable. */
public final class ChangeText {
  private static final String TO = " → ";

  private ChangeText() {}

  /** Whatever changed, such as {@code became executable, impact rose}. */
  public static String kinds(Change change, Words words) {
    return change.kinds().stream()
        .map(kind -> kind(kind, words))
        .collect(Collectors.joining(words.get("list.between")));
  }

  /** One kind of change. */
  public static String kind(Change.Kind kind, Words words) {
    return words.get("change." + kind.name());
  }

  /**
   * Verdict and cause, of a login session its stages, where both runs tell them, and what became of
   * a bypass or a task; then and now where they are not the same.
   */
  public static String verdict(Change change, Words words) {
    String told =
        change.told().changed()
            ? words.get("list.between")
                + outcome(change.told().before(), words)
                + TO
                + outcome(change.told().now(), words)
            : "";
    return fromTo(
            change, row -> change.tellsStages() ? verdict(row, words) : withoutStages(row, words))
        + told;
  }

  private static String outcome(SuiteAnswer answer, Words words) {
    return words.get("suite." + answer.outcome().name());
  }

  static String verdict(Result row, Words words) {
    return withoutStages(row, words)
        + row.infection().map(it -> words.get("list.between") + stages(it, words)).orElse("");
  }

  private static String withoutStages(Result row, Words words) {
    return words.get("verdict." + row.verdict().outcome().name())
        + row.verdict()
            .cause()
            .map(
                it ->
                    ": "
                        + words.get("cause." + it.type().name())
                        + (it.detail().isEmpty() ? "" : ": " + SafeText.printable(it.detail())))
            .orElse("");
  }

  private static String stages(Infection infection, Words words) {
    String reached = infection.reached();
    return words.get("verdict.stages", reached.isEmpty() ? words.get("none") : reached);
  }

  /** The threat score, likewise. */
  public static String threat(Change change, Words words) {
    return fromTo(change, row -> words.score(row.threatScore()));
  }

  /** The impact score, likewise. */
  public static String impact(Change change, Words words) {
    return fromTo(change, row -> words.score(row.impactScore()));
  }

  private static String fromTo(Change change, Function<Result, String> words) {
    return Stream.of(change.before(), change.now())
        .flatMap(Optional::stream)
        .map(words)
        .distinct()
        .collect(Collectors.joining(TO));
  }

  /** The hits that are new, with a plus, and those that are gone, with a minus. */
  public static String hits(Change change) {
    return Stream.concat(signed("+ ", change.newHits()), signed("− ", change.goneHits()))
        .collect(Collectors.joining("; "));
  }

  private static Stream<String> signed(String sign, List<String> titles) {
    return titles.stream().map(title -> sign + SafeText.printable(title));
  }

  /** Of what something is that differs between the runs, such as {@code option -Dtime.limit}. */
  public static String apart(Apart apart, Words words) {
    String what =
        words.get(
            "apart." + apart.of().name(),
            apart.environment().isEmpty() ? "" : words.environment(apart.environment()));
    return apart.name().isEmpty() ? what : what + " " + SafeText.printable(apart.name());
  }

  /** What it was and is. */
  public static String fromTo(Apart apart, Words words) {
    return value(apart.before(), words) + TO + value(apart.now(), words);
  }

  private static String value(String value, Words words) {
    return value.isEmpty() ? words.get("none") : SafeText.printable(value);
  }
}

package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.environment.Variant;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * Two variants of one environment beside one another, such as containers with qemu-user and on an
 * ARM kernel: which samples do not end alike in them, and why, as far as the results tell. What is
 * here was measured; nobody has written it down.
 *
 * @param first the name of the one, such as {@code container (ARM kernel)}
 * @param second the name of the other
 * @param both how many samples both have a row of
 * @param unlike those whose verdicts or causes are not the same, by path
 */
public record Variants(String first, String second, int both, List<Unlike> unlike) {
  public Variants {
    unlike = List.copyOf(unlike);
  }

  /**
   * A sample that does not end alike.
   *
   * @param first its row in the one
   * @param second its row in the other
   */
  public record Unlike(Result first, Result second) {

    /** Why, in the words of the results; empty where they do not tell. Hostile text. */
    public String reason() {
      return Stream.of(told(first, second), told(second, first))
          .flatMap(Optional::stream)
          .collect(Collectors.joining("; "));
    }

    /**
     * That the tool failed is its own word on why; so is that an environment is not made for such a
     * program. How a sample ended is none. What both note cannot be why.
     */
    private static Optional<String> told(Result row, Result other) {
      Optional<String> cause =
          row.verdict()
              .cause()
              .filter(
                  it ->
                      row.verdict().outcome() == Outcome.INCONCLUSIVE
                          || it.type() == Cause.Type.WRONG_ARCHITECTURE)
              .map(Cause::toString);
      Optional<String> note =
          Optional.of(row.note()).filter(it -> !it.isEmpty() && !it.equals(other.note()));
      List<String> all = Stream.of(cause, note).flatMap(Optional::stream).toList();
      return all.isEmpty()
          ? Optional.empty()
          : Optional.of(variant(row.environment()) + ": " + String.join(", ", all));
    }
  }

  /** Each two variants of an environment that rows are from. */
  public static List<Variants> of(List<Result> answers) {
    Map<String, List<String>> names = new TreeMap<>();
    for (String name : Comparison.byEnvironment(answers).keySet()) {
      if (Variant.nameIn(name).isPresent()) {
        names.computeIfAbsent(Variant.environment(name), it -> new ArrayList<>()).add(name);
      }
    }
    Map<String, Map<String, Result>> samples = Comparison.bySample(answers);
    List<Variants> all = new ArrayList<>();
    for (List<String> its : names.values()) {
      for (int i = 0; i < its.size(); i++) {
        for (int j = i + 1; j < its.size(); j++) {
          all.add(of(its.get(i), its.get(j), samples));
        }
      }
    }
    return all;
  }

  private static Variants of(
      String first, String second, Map<String, Map<String, Result>> samples) {
    Map<String, Unlike> unlike = new LinkedHashMap<>();
    int both = 0;
    for (Map.Entry<String, Map<String, Result>> sample : samples.entrySet()) {
      Result one = sample.getValue().get(first);
      Result other = sample.getValue().get(second);
      if (one != null && other != null) {
        both++;
        if (!one.verdict().equals(other.verdict())) {
          unlike.put(sample.getKey(), new Unlike(one, other));
        }
      }
    }
    return new Variants(first, second, both, List.copyOf(unlike.values()));
  }

  /** The environment that both are variants of. */
  public String environment() {
    return Variant.environment(first);
  }

  /** The name of the variant that an environment is. */
  public static String variant(String environment) {
    return Variant.nameIn(environment).orElse(environment);
  }

  /** In one sentence: how many do not end alike, and of how many of these nothing tells why. */
  public String sentence(Words words) {
    long untold = unlike.stream().filter(it -> it.reason().isEmpty()).count();
    return words.get(
        "variants.sentence",
        both,
        words.environment(first),
        words.environment(second),
        unlike.size(),
        untold);
  }

  /** Verdict and cause of one of its rows, without what the reason says of it; printable. */
  public static String verdict(Unlike unlike, Result row, Words words) {
    return row.verdict()
        .cause()
        .filter(cause -> unlike.reason().contains(cause.toString()))
        .map(
            cause ->
                words.get("verdict." + row.verdict().outcome().name())
                    + ": "
                    + words.get("cause." + cause.type().name()))
        .orElseGet(() -> ChangeText.verdict(row, words));
  }

  /** The reason, printable. */
  public static String reason(Unlike unlike, Words words) {
    return unlike.reason().isEmpty()
        ? words.get("variants.untold")
        : SafeText.printable(unlike.reason());
  }
}

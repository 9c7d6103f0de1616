package org.malassay.reports.allure;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;

/**
 * One line of {@code categories.json}: by it Allure groups results whose message matches.
 *
 * @param name shown to the reader
 * @param messageRegex matches the whole message, in which {@code .} matches line feeds too
 * @param matchedStatuses only results of these
 */
record Category(String name, String messageRegex, List<String> matchedStatuses) {
  private static final List<String> ANY = List.of("passed", "failed", "broken");

  static final List<Category> ALL =
      Stream.concat(
              Stream.of(
                  new Category("broken expectation", "broken expectation: .*", ANY),
                  new Category(
                      AllureResult.WEB_SERVICE_HURT,
                      "(?:.*\\n)?" + AllureResult.WEB_SERVICE_HURT + ": .*",
                      ANY),
                  new Category("executable", lastLine("EXECUTABLE"), ANY)),
              Arrays.stream(Cause.Type.values())
                  .filter(type -> type != Cause.Type.REPETITIONS_DISAGREE) // no row's
                  .map(
                      type ->
                          new Category(
                              type.label(),
                              lastLine(
                                  "(?:NOT_EXECUTABLE|INCONCLUSIVE): "
                                      + type.label()
                                      + "(?:: [^\\n]*)?"),
                              ANY)))
          .toList();

  /** The patterns of all categories, in their order. */
  private static final List<Pattern> PATTERNS =
      ALL.stream().map(category -> Pattern.compile(category.messageRegex, Pattern.DOTALL)).toList();

  /** The names of those that a result falls into. */
  static List<String> of(Result result) {
    String message = AllureResult.message(result);
    return IntStream.range(0, ALL.size())
        .filter(i -> PATTERNS.get(i).matcher(message).matches())
        .mapToObj(i -> ALL.get(i).name)
        .toList();
  }

  private static String lastLine(String regex) {
    return "(?:.*\\n)?" + regex;
  }
}

package org.malassay.reports.junit;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;

/** One result as the XML of a test case. */
final class TestCase {
  private TestCase() {}

  static String of(Result result) {
    return "    <testcase"
        + Xml.attribute("classname", "malassay." + result.environment())
        + Xml.attribute("name", Wording.title(result))
        + Xml.attribute("time", Counts.seconds(result.durationMs().orElse(0)))
        + ">\n"
        + problem(result)
        + element("system-out", "", description(result))
        + "    </testcase>\n";
  }

  private static String problem(Result result) {
    List<String> violations = result.violations();
    if (result.erred()) {
      return problem("error", "inconclusive", Wording.verdict(result), violations);
    }
    return violations.isEmpty()
        ? ""
        : problem("failure", "broken expectation", violations.get(0), violations);
  }

  private static String problem(String element, String type, String message, List<String> lines) {
    return element(
        element,
        Xml.attribute("message", message) + Xml.attribute("type", type),
        lines.stream().map(SafeText::printable).collect(Collectors.joining("\n")));
  }

  private static String element(String name, String attributes, String lines) {
    return "      <%s%s>%s</%s>\n".formatted(name, attributes, Xml.text(lines), name);
  }

  private static String description(Result result) {
    return Stream.of(
            "verdict: " + Wording.verdict(result),
            "threat score: " + Wording.number(result.threatScore()),
            "category: " + Wording.category(result.label()),
            "sample: " + result.sample(),
            "sha256: " + result.sha256(),
            "evidence: " + result.evidence(),
            "note: " + (result.note().isEmpty() ? "none" : result.note()))
        .map(SafeText::printable)
        .collect(Collectors.joining("\n"));
  }
}

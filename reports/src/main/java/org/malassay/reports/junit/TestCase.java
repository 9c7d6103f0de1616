package org.malassay.reports.junit;

import java.util.List;
import java.util.stream.Collectors;
import org.malassay.reports.writing.Printable;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;

/** One result as the XML of a test case. */
final class TestCase {
  private TestCase() {}

  static String of(Result result) {
    return "    <testcase"
        + Xml.attribute("classname", "malassay." + result.environment())
        // Printable already; a second time would double its backslashes.
        + " name=\""
        + Xml.text(Wording.title(result))
        + "\""
        + Xml.attribute("time", Counts.seconds(result.durationMs().orElse(0)))
        + ">\n"
        + problem(result)
        + "      <system-out>"
        + Xml.text(description(result))
        + "</system-out>\n"
        + "    </testcase>\n";
  }

  private static String problem(Result result) {
    List<String> violations = result.violations().stream().map(Printable::line).toList();
    return switch (result.verdict().outcome()) {
      case INCONCLUSIVE ->
          problem(
              "error",
              result.verdict().cause().map(Cause::type).map(Cause.Type::label).orElse(""),
              Wording.verdict(result),
              violations);
      case EXECUTABLE, NOT_EXECUTABLE ->
          violations.isEmpty()
              ? ""
              : problem("failure", "broken expectation", violations.get(0), violations);
    };
  }

  private static String problem(String element, String type, String message, List<String> lines) {
    return "      <%s message=\"%s\" type=\"%s\">%s</%s>\n"
        .formatted(element, Xml.text(message), type, Xml.text(String.join("\n", lines)), element);
  }

  private static String description(Result result) {
    return List.of(
            "verdict: " + Wording.verdict(result),
            "threat score: " + Wording.number(result.threatScore()),
            "category: " + Printable.line(result.label().category().orElse("none")),
            "sample: " + Printable.line(result.sample()),
            "sha256: " + Printable.line(result.sha256()),
            "evidence: " + Printable.line(result.evidence()),
            "note: " + (result.note().isEmpty() ? "none" : Printable.line(result.note())))
        .stream()
        .collect(Collectors.joining("\n"));
  }
}

package org.malassay.reports.junit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import org.malassay.reports.writing.Evaluated;
import org.malassay.reports.writing.TestFacts;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Xml;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;

/** One result as the XML of a test case. */
final class TestCase {
  private TestCase() {}

  static void write(Result result, Xml xml) throws XMLStreamException {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("classname", "malassay." + result.environment());
    attributes.put("name", Wording.row(result));
    attributes.put("time", Counts.seconds(result.durationMs().orElse(0)));
    xml.element(
        "testcase",
        attributes,
        inside -> {
          problem(result, inside);
          inside.element("system-out", Map.of(), description(result));
        });
  }

  private static void problem(Result result, Xml xml) throws XMLStreamException {
    List<String> violations = result.violations();
    switch (Evaluated.of(result)) {
      case PASSED -> {}
      case FAILED -> problem("failure", "broken expectation", violations.get(0), violations, xml);
      case ERRED -> problem("error", "inconclusive", Wording.verdict(result), violations, xml);
    }
  }

  private static void problem(
      String element, String type, String message, List<String> lines, Xml xml)
      throws XMLStreamException {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("message", message);
    attributes.put("type", type);
    xml.element(
        element,
        attributes,
        lines.stream().map(SafeText::printable).collect(Collectors.joining("\n")));
  }

  private static String description(Result result) {
    return TestFacts.of(result).entrySet().stream()
        .map(fact -> fact.getKey() + ": " + fact.getValue())
        .collect(Collectors.joining("\n"));
  }
}

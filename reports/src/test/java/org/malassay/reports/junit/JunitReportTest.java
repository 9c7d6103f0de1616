package org.malassay.reports.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.reports.MadeUp;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

class JunitReportTest {
  private final Path runs;

  JunitReportTest(@TempDir Path runs) {
    this.runs = runs;
  }

  @Test
  void eachEnvironmentIsASuiteWhoseFiguresAreThoseOfItsCases() throws Exception {
    Element root =
        report(
            List.of(
                MadeUp.row("unikernel", "a").build(),
                MadeUp.row("container", "b").violations("expected NOT_EXECUTABLE").build(),
                MadeUp.row("container", "a").inconclusive("engine gone").build(),
                MadeUp.row("container", "c").build()));
    assertThat(attributes(root, "tests", "failures", "errors", "time"))
        .containsExactly("4", "1", "1", "3.702");
    List<Element> suites = children(root, "testsuite");
    assertThat(suites)
        .extracting(suite -> attributes(suite, "name", "tests", "failures", "errors", "time"))
        .containsExactly(
            List.of("container", "3", "1", "1", "2.468"),
            List.of("unikernel", "1", "0", "0", "1.234"));
    assertThat(suites)
        .allSatisfy(
            suite ->
                assertThat(children(suite, "testcase"))
                    .hasSize(Integer.parseInt(suite.getAttribute("tests"))));
    assertThat(suites.get(0).getAttribute("timestamp")).isEqualTo("2026-03-01T12:00:00");
  }

  @Test
  void aBrokenExpectationIsAFailureAndAnInconclusiveVerdictAnError() throws Exception {
    List<Element> cases =
        children(
            children(
                    report(
                        List.of(
                            MadeUp.row("container", "1").violations("first", "second").build(),
                            MadeUp.row("container", "2")
                                .inconclusive("engine gone")
                                .violations("third")
                                .build(),
                            MadeUp.row("container", "3")
                                .notExecutable(Cause.Type.BUS_ERROR, "")
                                .build(),
                            MadeUp.row("container", "4").inconclusive("x").tolerated().build())),
                    "testsuite")
                .get(0),
            "testcase");
    assertThat(attributes((Element) cases.get(0).getParentNode(), "tests", "failures", "errors"))
        .containsExactly("4", "1", "1");
    Element failure = children(cases.get(0), "failure").get(0);
    assertThat(failure.getAttribute("message")).isEqualTo("first");
    assertThat(failure.getTextContent()).isEqualTo("first\nsecond");
    Element error = children(cases.get(1), "error").get(0);
    assertThat(error.getAttribute("message")).isEqualTo("INCONCLUSIVE: guest failed: engine gone");
    assertThat(children(cases.get(1), "failure")).isEmpty();
    assertThat(children(cases.get(2), "error")).isEmpty();
    assertThat(children(cases.get(2), "failure")).isEmpty();
    assertThat(children(cases.get(2), "system-out").get(0).getTextContent())
        .contains("verdict: NOT_EXECUTABLE: bus error", "threat score: 0", "evidence: evidence/");
    assertThat(children(cases.get(3), "error")).as("an expectation tolerates it").isEmpty();
  }

  /** The rules of the schemas that CI systems go by. */
  @Test
  void elementsAttributesAndTheirOrderAreThoseOfTheSchemas() throws Exception {
    Element root =
        report(
            List.of(
                MadeUp.row("container", "a").violations("v").build(),
                MadeUp.row("container", "b").inconclusive("i").build()));
    assertThat(root.getTagName()).isEqualTo("testsuites");
    for (Element testCase : children(children(root, "testsuite").get(0), "testcase")) {
      assertThat(attributes(testCase, "classname", "name", "time")).doesNotContain("");
      assertThat(testCase.getAttribute("time")).matches("\\d+\\.\\d{3}");
      assertThat(children(testCase, "*").stream().map(Element::getTagName))
          .containsExactly(
              testCase.getAttribute("name").startsWith("a") ? "failure" : "error", "system-out");
    }
  }

  @Test
  void hostileTextIsValidXmlAndNamesAreUnique() throws Exception {
    List<Result> results = new ArrayList<>();
    for (String name : MadeUp.HOSTILE_NAMES) {
      results.add(
          MadeUp.row("container", name)
              .notExecutable(Cause.Type.SIGNAL, name)
              .note(name)
              .violations(name)
              .build());
    }
    // The same file name in several folders.
    IntStream.range(0, 5).forEach(i -> results.add(MadeUp.row("container", i + "/sample").build()));
    List<Element> cases = children(children(report(results), "testsuite").get(0), "testcase");
    assertThat(cases).hasSameSizeAs(results);
    assertThat(cases.stream().map(test -> test.getAttribute("name")))
        .doesNotHaveDuplicates()
        .allSatisfy(
            name ->
                assertThat(name)
                    .hasSizeLessThan(200)
                    .matches("[^\\p{Cc}\\p{Cf}]+ \\[[0-9a-f]{12}]"))
        .anySatisfy(name -> assertThat(name).startsWith("script>"))
        .anySatisfy(name -> assertThat(name).startsWith("emoji \ud83d\ude00 and"));
  }

  @Test
  void aRunWithoutResultsIsAValidReportToo() throws Exception {
    assertThat(children(report(List.of()), "testsuite")).isEmpty();
  }

  /** Every report of this class is checked against the schema by which Jenkins takes it. */
  private static void validate(Path xml) throws IOException, SAXException {
    SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
        .newSchema(JunitReportTest.class.getResource("junit-10.xsd"))
        .newValidator()
        .validate(new StreamSource(xml.toFile()));
  }

  private Element report(List<Result> results)
      throws IOException, ParserConfigurationException, SAXException {
    Path xml = MadeUp.write(new JunitReport(), MadeUp.run(runs, results));
    validate(xml);
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(xml.toFile()).getDocumentElement();
  }

  private static List<String> attributes(Element element, String... names) {
    return Stream.of(names).map(element::getAttribute).toList();
  }

  private static List<Element> children(Element parent, String name) {
    NodeList all = parent.getElementsByTagName(name);
    return IntStream.range(0, all.getLength()).mapToObj(i -> (Element) all.item(i)).toList();
  }
}

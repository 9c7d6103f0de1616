package org.malassay.reports.junit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import org.malassay.files.WholeFile;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.writing.Sorted;
import org.malassay.reports.writing.Xml;
import org.malassay.run.Result;

/**
 * {@code junit.xml}: a test suite an environment, a test case a sample. A case fails when an
 * expectation is broken, and errs when the verdict is INCONCLUSIVE.
 */
public final class JunitReport implements Report {

  @Override
  public String name() {
    return "junit";
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    Path file = runs.run().path().resolve("junit.xml");
    String started =
        DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
            runs.run().header().started().truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC));
    Map<String, List<Result>> suites =
        Sorted.of(runs.results()).stream()
            .collect(Collectors.groupingBy(Result::environment, TreeMap::new, Collectors.toList()));
    WholeFile.writeText(
        file,
        out ->
            Xml.write(
                out,
                xml ->
                    xml.element(
                        "testsuites",
                        Counts.of(runs.results()).attributes("malassay"),
                        all -> {
                          for (Map.Entry<String, List<Result>> suite : suites.entrySet()) {
                            suite(suite.getKey(), suite.getValue(), started, all);
                          }
                        })));
    return file;
  }

  private static void suite(String environment, List<Result> results, String started, Xml xml)
      throws XMLStreamException {
    Map<String, String> attributes = Counts.of(results).attributes(environment);
    attributes.put("skipped", "0");
    attributes.put("timestamp", started);
    xml.element(
        "testsuite",
        attributes,
        cases -> {
          for (Result result : results) {
            TestCase.write(result, cases);
          }
        });
  }
}

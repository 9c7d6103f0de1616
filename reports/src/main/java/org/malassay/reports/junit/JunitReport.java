package org.malassay.reports.junit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.writing.SortedText;
import org.malassay.reports.writing.WholeFile;
import org.malassay.run.RunDirectory;

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
    RunDirectory run = runs.run();
    Path file = run.path().resolve("junit.xml");
    Map<String, Counts> suites = new TreeMap<>();
    try (SortedText cases =
        SortedText.of(
            run,
            result -> {
              suites.merge(result.environment(), Counts.of(result), Counts::plus);
              return TestCase.of(result);
            })) {
      String started =
          DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
              run.header().started().truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC));
      WholeFile.write(
          file,
          out -> {
            Counts all = suites.values().stream().reduce(Counts.NONE, Counts::plus);
            out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            out.write("<testsuites" + Xml.attribute("name", "malassay") + all.attributes() + ">\n");
            String[] open = {""};
            cases.forEach(
                (environment, testCase) -> {
                  if (!environment.equals(open[0])) {
                    out.write(open[0].isEmpty() ? "" : "  </testsuite>\n");
                    out.write(
                        "  <testsuite"
                            + Xml.attribute("name", environment)
                            + suites.getOrDefault(environment, Counts.NONE).attributes()
                            + Xml.attribute("skipped", "0")
                            + Xml.attribute("timestamp", started)
                            + ">\n");
                    open[0] = environment;
                  }
                  out.write(testCase);
                });
            out.write(open[0].isEmpty() ? "" : "  </testsuite>\n");
            out.write("</testsuites>\n");
          });
    }
    return file;
  }
}

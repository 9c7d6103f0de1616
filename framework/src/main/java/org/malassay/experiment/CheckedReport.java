package org.malassay.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;

/**
 * A report that has told its name and its options once.
 *
 * @param report what writes it
 * @param name as {@code -Dreports} names it
 * @param options that only it has
 * @param onRequest whether only {@code -Dreports} has it made
 */
record CheckedReport(Report report, String name, List<Option<?>> options, boolean onRequest) {
  /** Ten thousand results are written in seconds. */
  private static final Duration WRITING = Duration.ofMinutes(30);

  static CheckedReport of(Report report) throws Fault {
    String type = report.getClass().getName();
    try (ThirdParty asked = new ThirdParty("report " + type, CheckedProvider.AT_ONCE)) {
      String name = CheckedProvider.name(asked, report::name);
      return new CheckedReport(
          report,
          name,
          CheckedProvider.options(asked, name, report::options),
          asked.call("onRequest", report::onRequest));
    }
  }

  private Path written(Runs runs, Options options) throws IOException {
    try {
      return report.write(runs, options);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Writes it.
   *
   * @return where it was written, and in a line below the command that shows it, if there is one
   * @throws Fault if it could not be written; the message names the report and the reason
   */
  String write(Runs runs, Options options) throws Fault {
    String who = "report %s (%s)".formatted(name, report.getClass().getName());
    try (ThirdParty asked = new ThirdParty(who, WRITING)) {
      try {
        Path where = asked.call("write", IOException.class, () -> written(runs, options));
        return asked
            .call("command", () -> report.command(where))
            .map(command -> "%s%n%-10s %s".formatted(where, "", command))
            .orElse(where.toString());
      } catch (IOException e) {
        throw asked.fault("cannot be written: " + Reason.of(e), e);
      }
    }
  }
}

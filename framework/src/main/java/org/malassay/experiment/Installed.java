package org.malassay.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.options.Option;
import org.malassay.report.Report;

/**
 * What a run finds around it, on the class path (options, the places where samples run, what comes
 * out) and beside it.
 *
 * @param variables those of the process's environment
 */
record Installed(
    OptionGroups groups, Providers providers, Reports reports, Map<String, String> variables) {

  static Installed onClassPath() {
    return new Installed(
        OptionGroups.onClassPath(),
        Providers.onClassPath(),
        Reports.onClassPath(),
        System.getenv());
  }

  /** With these in the place of the environments and reports, and without variables. */
  Installed with(List<EnvironmentProvider> providers, List<Report> reports) {
    return new Installed(groups, Providers.of(providers), Reports.of(reports), Map.of());
  }

  /** With these variables. */
  Installed with(Map<String, String> variables) {
    return new Installed(groups, providers, reports, variables);
  }

  /** A message for each that cannot be used. */
  List<String> problems() {
    return Stream.of(groups.problems(), providers.problems(), reports.problems())
        .flatMap(List::stream)
        .toList();
  }

  /** Every option there is. */
  List<Option<?>> options() {
    List<Option<?>> all = new ArrayList<>(options(providers.all(), reports));
    all.add(RunOptions.HELP);
    return all;
  }

  /** The options that concern a run in these environments, with these reports. */
  List<Option<?>> options(List<CheckedProvider> chosen, Reports wanted) {
    List<Option<?>> all = new ArrayList<>(groups.options());
    chosen.forEach(provider -> all.addAll(provider.options()));
    all.addAll(wanted.options());
    return all;
  }
}

package org.malassay.experiment;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import org.malassay.options.Option;

/**
 * What {@code -Dhelp} prints in the place of a run: every option with its default, those of third
 * parties on the test class path included.
 */
final class Help {
  private Help() {}

  static void print(Installed installed, PrintStream out) {
    out.println("mvn test -Denv=NAME,... [-Dsetup] [options]");
    out.println();
    for (CheckedGroup group : installed.groups().all()) {
      section(group.title(), group.options(), out);
    }
    for (CheckedProvider provider : installed.providers().all()) {
      environment(provider, out);
    }
    Reports reports = installed.reports();
    out.println("Reports");
    out.println(
        "  "
            + reports.all().stream()
                .map(report -> report.name() + (report.onRequest() ? " (on request)" : ""))
                .collect(Collectors.joining(", ")));
    reports.options().forEach(option -> line(option, out));
    out.println();
    out.println("Of Maven");
    line("setup", "install and start what is missing on this machine, as root or with sudo", out);
    line("benchmark", "measure what a sample costs beyond its own time", out);
    line(RunOptions.HELP.name(), RunOptions.HELP.description(), out);
    installed.problems().forEach(problem -> out.println("cannot be used: " + problem));
  }

  private static void environment(CheckedProvider provider, PrintStream out) {
    out.println("-Denv=" + provider.name());
    provider.options().forEach(option -> line(option, out));
    if (!provider.defences().isEmpty()) {
      out.println("  Defences, in any combination: -Denv=%s+NAME+...".formatted(provider.name()));
      provider.defences().forEach(it -> out.printf("    +%-26s  %s%n", it.name(), it.what()));
    }
    out.println();
  }

  private static void section(String title, List<Option<?>> options, PrintStream out) {
    out.println(title);
    options.forEach(option -> line(option, out));
    out.println();
  }

  private static void line(Option<?> option, PrintStream out) {
    line(
        option.name() + "=" + option.placeholder(),
        option.description()
            + option.defaultText().map(text -> " (default " + text + ")").orElse(""),
        out);
  }

  private static void line(String left, String right, PrintStream out) {
    out.printf("  -D%-27s  %s%n", left, right);
  }
}

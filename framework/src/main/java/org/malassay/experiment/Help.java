package org.malassay.experiment;

import java.io.PrintStream;
import java.util.List;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.label.LabelOptions;
import org.malassay.options.Option;

/** Prints every option with its default: {@code mvn -Dhelp}. */
public final class Help {
  private Help() {}

  public static void main(String[] args) {
    print(Providers.onClassPath(), System.out);
  }

  static void print(Providers providers, PrintStream out) {
    out.println("mvn test -Denv=NAME,... [-Dsetup] [options]");
    out.println();
    section("Every run", RunOptions.all(), out);
    section("Labels and scores", LabelOptions.all(), out);
    for (EnvironmentProvider provider : providers.all()) {
      section("-Denv=" + provider.name(), provider.options(), out);
    }
    out.println("Of Maven");
    line("setup", "install and start what is missing on this machine, as root or with sudo", out);
    line("benchmark", "measure what a sample costs beyond its own time", out);
    line("help", "print this", out);
  }

  private static void section(String title, List<Option<?>> options, PrintStream out) {
    out.println(title);
    for (Option<?> option : options) {
      line(
          option.name() + "=" + option.placeholder(),
          option.description()
              + option.defaultText().map(text -> " (default " + text + ")").orElse(""),
          out);
    }
    out.println();
  }

  private static void line(String left, String right, PrintStream out) {
    out.printf("  -D%-27s  %s%n", left, right);
  }
}

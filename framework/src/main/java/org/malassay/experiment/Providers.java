package org.malassay.experiment;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

/** The environments on the class path. */
final class Providers {
  private final List<CheckedProvider> providers;
  private final List<String> problems;

  private Providers(Loaded<CheckedProvider> loaded) {
    this.providers =
        loaded.usable().stream().sorted(Comparator.comparing(CheckedProvider::name)).toList();
    this.problems = loaded.problems();
  }

  static Providers onClassPath() {
    // Their loggers are a nicety: where a project has no back end for SLF4J, nobody need be told.
    System.getProperties().putIfAbsent("slf4j.internal.verbosity", "ERROR");
    return new Providers(
        Loaded.onClassPath(EnvironmentProvider.class, CheckedProvider::of, CheckedProvider::name));
  }

  static Providers of(List<EnvironmentProvider> providers) {
    return new Providers(Loaded.of(providers, CheckedProvider::of, CheckedProvider::name));
  }

  List<CheckedProvider> all() {
    return providers;
  }

  /** A message for each provider that cannot be used. */
  List<String> problems() {
    return problems;
  }

  /**
   * The one of a name, without defences.
   *
   * @throws OptionException if there is none of this name
   */
  private CheckedProvider named(String name) {
    return providers.stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new OptionException(
                    "-Denv=%s: there is no such environment; there is: %s%s"
                        .formatted(
                            name,
                            providers.stream()
                                .map(CheckedProvider::name)
                                .collect(Collectors.joining(", ")),
                            problems.stream()
                                .map(problem -> "; cannot be used: " + problem)
                                .collect(Collectors.joining()))));
  }

  /**
   * Those of {@code -Denv}, in its order.
   *
   * @throws OptionException if none is named, or one of them is not there
   */
  List<ChosenEnvironment> chosen(Options options) {
    return options
        .find(RunOptions.ENV)
        .orElseThrow(
            () ->
                new OptionException(
                    "-Denv is missing: name an environment, such as -Denv="
                        + providers.stream()
                            .map(CheckedProvider::name)
                            .findFirst()
                            .orElse("container")))
        .stream()
        .map(given -> ChosenEnvironment.of(given, this::named))
        .distinct()
        .toList();
  }
}

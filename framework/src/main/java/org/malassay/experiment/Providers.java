package org.malassay.experiment;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.options.OptionException;

/** The environments on the class path. */
final class Providers {
  private final List<EnvironmentProvider> providers;

  private Providers(List<EnvironmentProvider> providers) {
    this.providers = providers;
  }

  static Providers onClassPath() {
    // Their loggers are a nicety: where a project has no back end for SLF4J, nobody need be told.
    System.getProperties().putIfAbsent("slf4j.internal.verbosity", "ERROR");
    return of(
        StreamSupport.stream(ServiceLoader.load(EnvironmentProvider.class).spliterator(), false)
            .toList());
  }

  static Providers of(List<EnvironmentProvider> providers) {
    return new Providers(
        providers.stream().sorted(Comparator.comparing(EnvironmentProvider::name)).toList());
  }

  List<EnvironmentProvider> all() {
    return providers;
  }

  /**
   * @throws OptionException if there is none of this name
   */
  EnvironmentProvider named(String name) {
    return providers.stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new OptionException(
                    "-Denv=%s: there is no such environment; there is: %s"
                        .formatted(
                            name,
                            providers.stream()
                                .map(EnvironmentProvider::name)
                                .collect(Collectors.joining(", ")))));
  }
}

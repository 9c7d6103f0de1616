package org.malassay.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.malassay.environment.Defence;
import org.malassay.options.OptionException;

/**
 * An environment that {@code -Denv} names, with the defences that it is to have: {@code
 * raspbian+loginguard}.
 *
 * @param provider who opens it
 * @param defences in the order in which the provider offers them, whatever the order was in which
 *     they were named: so the same combination is the same environment
 */
record ChosenEnvironment(CheckedProvider provider, List<String> defences) {
  ChosenEnvironment {
    defences = List.copyOf(defences);
  }

  /**
   * Reads one.
   *
   * @param given such as {@code raspbian+loginguard}
   * @param named finds a provider
   * @throws OptionException if it has no such defence, or one is named twice
   */
  static ChosenEnvironment of(String given, Function<String, CheckedProvider> named) {
    List<String> words = List.of(given.split("\\" + Defence.AND, -1));
    CheckedProvider provider = named.apply(words.get(0));
    List<String> asked = new ArrayList<>(words.subList(1, words.size()));
    List<String> offered = provider.defences().stream().map(Defence::name).toList();
    for (String defence : asked) {
      if (!offered.contains(defence)) {
        throw new OptionException(
            offered.isEmpty()
                ? "-Denv=%s: %s has no defences; leave out what is after the +"
                    .formatted(given, provider.name())
                : "-Denv=%s: %s has no defence named \"%s\"; it has: %s"
                    .formatted(given, provider.name(), defence, String.join(", ", offered)));
      }
    }
    List<String> ordered = offered.stream().filter(asked::contains).toList();
    if (ordered.size() < asked.size()) {
      throw new OptionException(
          "-Denv=%s: a defence is named twice: %s; name each once"
              .formatted(
                  given,
                  ordered.stream()
                      .filter(it -> asked.indexOf(it) != asked.lastIndexOf(it))
                      .collect(Collectors.joining(", "))));
    }
    return new ChosenEnvironment(provider, ordered);
  }

  /** As rows and reports name it. */
  String name() {
    return Defence.join(provider.name(), defences);
  }
}

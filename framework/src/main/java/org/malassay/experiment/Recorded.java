package org.malassay.experiment;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.options.Values;

/**
 * What {@code -Drecord} asks for.
 *
 * @param facets those to be recorded
 * @param named true when the user named them: then each has to be had
 */
public record Recorded(Set<Facet> facets, boolean named) {
  private static final String ALL = "all";
  private static final String NONE = "none";

  /** Asked by the framework itself, wherever a guest is. */
  private static final Facet OWN = Facet.SERVICE;

  public Recorded {
    facets = Set.copyOf(facets);
  }

  static Recorded parse(String text) {
    return switch (text.strip()) {
      case ALL -> new Recorded(EnumSet.allOf(Facet.class), false);
      case NONE -> new Recorded(Set.of(), false);
      default ->
          new Recorded(
              Values.names(text).stream().map(Facet::of).collect(Collectors.toSet()), true);
    };
  }

  /** The recording of a sample in this environment, if nothing goes wrong with it. */
  Recording planned(Environment environment) {
    Map<Facet, FacetState> states = new EnumMap<>(Facet.class);
    for (Facet facet : facets) {
      states.put(
          facet,
          facet == OWN || environment.observes().containsKey(facet)
              ? FacetState.OBSERVED
              : FacetState.missing(why(facet, environment)));
    }
    return new Recording(states);
  }

  private static String why(Facet facet, Environment environment) {
    return environment.missing().getOrDefault(facet, environment.name() + " does not tell them");
  }

  /**
   * Refuses an environment that cannot record what the user named.
   *
   * @throws EnvironmentException that names each, and what mends it
   */
  void require(Environment environment) throws EnvironmentException {
    List<String> missing =
        missing(environment)
            .map(facet -> facet.word() + " cannot be had (" + why(facet, environment) + ")")
            .toList();
    if (named && !missing.isEmpty()) {
      throw new EnvironmentException(
          "-Drecord: in %s %s; without it, what can be had is recorded"
              .formatted(environment.name(), String.join(", ", missing)));
    }
  }

  /** For the run's header, such as {@code calls, processes: observed (host-kernel); files: off}. */
  String inWords(Environment environment) {
    Recording planned = planned(environment);
    Map<String, List<String>> byState = new LinkedHashMap<>();
    for (Facet facet : Facet.values()) {
      FacetState state = planned.of(facet);
      String words =
          state.equals(FacetState.OBSERVED)
              ? "%s (%s)".formatted(state, origin(facet, environment))
              : state.toString();
      byState.computeIfAbsent(words, any -> new ArrayList<>()).add(facet.word());
    }
    return byState.entrySet().stream()
        .map(state -> String.join(", ", state.getValue()) + ": " + state.getKey())
        .collect(Collectors.joining("; "));
  }

  private static String origin(Facet facet, Environment environment) {
    Origin origin = environment.observes().getOrDefault(facet, Origin.PROBE);
    return origin.forgeable() ? origin.source() + ", which a sample can forge" : origin.source();
  }

  private Stream<Facet> missing(Environment environment) {
    Recording planned = planned(environment);
    return Stream.of(Facet.values())
        .filter(facet -> planned.of(facet).kind() == FacetState.Kind.MISSING);
  }
}

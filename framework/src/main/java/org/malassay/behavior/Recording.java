package org.malassay.behavior;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of a sample was recorded: the state of every facet.
 *
 * @param states one for each facet; a facet that is not named is off
 */
public record Recording(Map<Facet, FacetState> states) {

  /** Nothing was to be recorded. */
  public static final Recording OFF = new Recording(Map.of());

  public Recording {
    Map<Facet, FacetState> all = new EnumMap<>(Facet.class);
    for (Facet facet : Facet.values()) {
      all.put(facet, states.getOrDefault(facet, FacetState.OFF));
    }
    states = Collections.unmodifiableMap(all);
  }

  /** The state of one facet. */
  public FacetState of(Facet facet) {
    return states.getOrDefault(facet, FacetState.OFF);
  }

  /** The states of these facets and no others. */
  public Map<Facet, FacetState> states(Set<Facet> of) {
    Map<Facet, FacetState> some = new EnumMap<>(states);
    some.keySet().retainAll(of);
    return some;
  }

  /** Whether what was seen of a facet means something: it was observed, or cut. */
  public boolean tells(Facet facet) {
    return switch (of(facet).kind()) {
      case OBSERVED, CUT -> true;
      case MISSING, OFF -> false;
    };
  }

  /** Each facet with its state, such as {@code calls: off; service: observed}. */
  public String inOneLine() {
    return states.entrySet().stream()
        .map(facet -> facet.getKey().word() + ": " + facet.getValue())
        .collect(Collectors.joining("; "));
  }

  /**
   * The facets that were to be recorded and are not whole, such as {@code cut: calls; missing:
   * network, usage}; empty when there is none.
   */
  public String flaws() {
    return Stream.of(FacetState.Kind.CUT, FacetState.Kind.MISSING)
        .map(this::facets)
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private String facets(FacetState.Kind kind) {
    String facets =
        states.entrySet().stream()
            .filter(facet -> facet.getValue().kind() == kind)
            .map(facet -> facet.getKey().word())
            .collect(Collectors.joining(", "));
    return facets.isEmpty() ? "" : kind.word() + ": " + facets;
  }

  /** The same recording, but for this facet. */
  public Recording with(Facet facet, FacetState state) {
    Map<Facet, FacetState> changed = new EnumMap<>(states);
    changed.put(facet, state);
    return new Recording(changed);
  }
}

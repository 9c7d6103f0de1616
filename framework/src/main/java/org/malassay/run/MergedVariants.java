package org.malassay.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.malassay.environment.Variant;

/**
 * Tells variants of one environment apart, where runs are merged that have several of them: each
 * gets a name of its own, and with it rows and facts of its own. Where one was chosen, or a run
 * does not tell which it has, names stay as they are.
 */
final class MergedVariants {
  private MergedVariants() {}

  static List<MergedPart> named(List<MergedPart> parts) {
    return parts.stream().map(part -> part.as(severalOf(part, parts))).toList();
  }

  /** Those of the part's environments that others have in another variant, with its own. */
  private static Map<String, Variant> severalOf(MergedPart part, List<MergedPart> parts) {
    Map<String, Variant> several = new TreeMap<>();
    for (String environment : part.header().environments().keySet()) {
      Set<Optional<String>> all =
          parts.stream()
              .map(MergedPart::header)
              .filter(header -> header.environments().containsKey(environment))
              .map(header -> of(header, environment).map(Variant::value))
              .collect(Collectors.toSet());
      if (all.size() > 1 && !all.contains(Optional.<String>empty())) {
        of(part.header(), environment).ifPresent(its -> several.put(environment, its));
      }
    }
    return several;
  }

  /** The same in all starts of the run, or none. */
  private static Optional<Variant> of(RunHeader header, String environment) {
    Set<Optional<Variant>> all =
        header.sessions().stream()
            .flatMap(it -> Optional.ofNullable(it.environments().get(environment)).stream())
            .map(Variant::of)
            .collect(Collectors.toSet());
    return all.size() == 1 ? all.iterator().next() : Optional.empty();
  }
}

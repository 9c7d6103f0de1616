package org.malassay.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;

/**
 * What was found of third parties, and what was wrong with the rest.
 *
 * @param usable in the order of the class path, no two of one name
 * @param problems a message for each that cannot be used, which names it
 */
record Loaded<T>(List<T> usable, List<String> problems) {
  /** Bounds the broken lines that are passed over: a loader may repeat one for ever. */
  private static final int MOST_PROBLEMS = 100;

  /** Makes what is used of what was found. */
  interface Check<S, T> {
    T check(S service) throws Fault;
  }

  /** All of a service on the class path, one broken line of {@code META-INF/services} or not. */
  static <S, T> Loaded<T> onClassPath(
      Class<S> service, Check<S, T> check, Function<T, String> name) {
    List<S> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Iterator<S> services = ServiceLoader.load(service).iterator();
    while (problems.size() < MOST_PROBLEMS) {
      try {
        if (!services.hasNext()) {
          break;
        }
        found.add(services.next());
      } catch (ServiceConfigurationError e) {
        Throwable cause = e.getCause();
        problems.add(e.getMessage() + (cause == null ? "" : " (" + cause + ")"));
      }
    }
    Loaded<T> loaded = of(found, check, name);
    problems.addAll(loaded.problems);
    return new Loaded<>(loaded.usable, problems);
  }

  /** Of these. */
  static <S, T> Loaded<T> of(List<S> found, Check<S, T> check, Function<T, String> name) {
    Map<String, S> taken = new HashMap<>();
    List<T> usable = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (S service : found) {
      T checked;
      try {
        checked = check.check(service);
      } catch (Fault e) {
        problems.add(e.getMessage());
        continue;
      }
      S first = taken.putIfAbsent(name.apply(checked), service);
      if (first == null) {
        usable.add(checked);
      } else {
        problems.add(
            "%s: its name %s is taken by %s"
                .formatted(
                    service.getClass().getName(), name.apply(checked), first.getClass().getName()));
      }
    }
    return new Loaded<>(List.copyOf(usable), List.copyOf(problems));
  }
}

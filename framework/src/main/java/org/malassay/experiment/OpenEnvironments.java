package org.malassay.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Opening;
import org.malassay.options.OptionException;

/**
 * The environments of a run.
 *
 * @param all those that could be opened
 * @param failed why the others could not, by name
 */
record OpenEnvironments(List<Environment> all, Map<String, EnvironmentException> failed) {

  /**
   * Opens each of them, even when another cannot be opened.
   *
   * @param faults is told what goes wrong with them later and changes no verdict
   * @param undo closes them again
   * @throws OptionException if none can be opened; the message says what mends it
   */
  static OpenEnvironments of(RunPlan plan, Faults faults, Undo undo) {
    List<Environment> opened = new ArrayList<>();
    Map<String, EnvironmentException> failed = new LinkedHashMap<>();
    for (ChosenEnvironment chosen : plan.environments()) {
      try {
        Environment environment = open(chosen, plan, faults);
        undo.by(environment::close);
        opened.add(environment);
      } catch (EnvironmentException e) {
        failed.put(chosen.name(), e);
      }
    }
    if (opened.isEmpty()) {
      throw new OptionException(
          failed.values().stream()
              .map(failure -> String.valueOf(failure.getMessage()))
              .collect(Collectors.joining("; ")),
          // its own cause: the message said twice is no clearer
          failed.values().iterator().next().getCause());
    }
    return new OpenEnvironments(opened, failed);
  }

  /** One that records what it has to. */
  private static Environment open(ChosenEnvironment chosen, RunPlan plan, Faults faults)
      throws EnvironmentException {
    Environment environment =
        CheckedEnvironment.open(
            chosen.provider(),
            new Opening(
                plan.options(),
                plan.limits(),
                plan.folder().id(),
                plan.recorded().facets(),
                chosen.defences(),
                plan.logins(),
                plan.payloads()),
            RunOptions.step(plan.options(), plan.limits()),
            faults::add);
    try {
      plan.recorded().require(environment);
      return environment;
    } catch (EnvironmentException e) {
      environment.close();
      throw e;
    }
  }

  /** What a reader of the results must know of each, by name. */
  Map<String, Map<String, String>> facts(Recorded recorded) {
    Map<String, Map<String, String>> facts = new LinkedHashMap<>();
    for (Environment environment : all) {
      Map<String, String> its = new LinkedHashMap<>(environment.facts());
      its.put("recording", recorded.inWords(environment));
      facts.put(environment.name(), its);
    }
    return facts;
  }

  /**
   * @param guests how many run side by side; chosen by the environment where it is empty
   */
  List<Run.Place> places(Optional<Integer> guests) {
    return all.stream().map(it -> new Run.Place(it, guests.orElseGet(it::defaultGuests))).toList();
  }
}

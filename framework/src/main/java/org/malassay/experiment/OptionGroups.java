package org.malassay.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;

/**
 * The groups of options on the class path.
 *
 * @param all in the order of the help text: those that every run has come first
 * @param problems a message for each that cannot be used
 */
record OptionGroups(List<CheckedGroup> all, List<String> problems) {

  static OptionGroups onClassPath() {
    return of(Loaded.onClassPath(OptionGroup.class, CheckedGroup::of, CheckedGroup::title));
  }

  static OptionGroups of(List<OptionGroup> groups) {
    return of(Loaded.of(groups, CheckedGroup::of, CheckedGroup::title));
  }

  private static OptionGroups of(Loaded<CheckedGroup> loaded) {
    List<CheckedGroup> sorted =
        loaded.usable().stream()
            .sorted(
                Comparator.comparing(CheckedGroup::everyRun)
                    .reversed()
                    .thenComparing(CheckedGroup::title))
            .toList();
    Map<String, String> taken = new HashMap<>();
    List<CheckedGroup> usable = new ArrayList<>();
    List<String> problems = new ArrayList<>(loaded.problems());
    for (CheckedGroup group : sorted) {
      List<String> twice =
          group.options().stream().map(Option::name).filter(taken::containsKey).toList();
      if (twice.isEmpty()) {
        group.options().forEach(option -> taken.put(option.name(), group.title()));
        usable.add(group);
      } else {
        problems.add(
            "group of options \"%s\": its option -D%s is one of \"%s\", too"
                .formatted(group.title(), twice.get(0), taken.get(twice.get(0))));
      }
    }
    return new OptionGroups(List.copyOf(usable), List.copyOf(problems));
  }

  List<Option<?>> options() {
    return all.stream().<Option<?>>flatMap(group -> group.options().stream()).toList();
  }
}

package org.malassay.experiment;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.malassay.environment.Defence;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.options.Option;

/**
 * A provider whose name, options and defences were asked for once. Its name is valid.
 *
 * @param provider whom to ask for the environment
 * @param name as {@code -Denv} names it
 * @param options that only it has
 * @param defences that it offers, no two of one name
 */
record CheckedProvider(
    EnvironmentProvider provider, String name, List<Option<?>> options, List<Defence> defences) {
  /** The time for what a class can tell at once. */
  static final Duration AT_ONCE = Duration.ofMinutes(1);

  /** Names folders of evidence, and options. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  static CheckedProvider of(EnvironmentProvider provider) throws Fault {
    String type = provider.getClass().getName();
    try (ThirdParty asked = new ThirdParty("environment provider " + type, AT_ONCE)) {
      String name = name(asked, provider::name);
      return new CheckedProvider(
          provider, name, options(asked, name, provider::options), defences(asked, provider));
    }
  }

  private static List<Defence> defences(ThirdParty asked, EnvironmentProvider provider)
      throws Fault {
    List<Defence> defences = asked.call("defences()", () -> List.copyOf(provider.defences()));
    Set<String> names = new HashSet<>();
    for (Defence defence : defences) {
      if (!names.add(defence.name())) {
        throw asked.fault("it has two defences named " + defence.name(), null);
      }
    }
    return defences;
  }

  /** The name of what is found by its name. */
  static String name(ThirdParty asked, ThirdParty.Call<String> call) throws Fault {
    String name = asked.call("name()", call);
    if (!NAME.matcher(name).matches()) {
      throw asked.fault(
          "its name is \"%s\", not lower-case letters, digits and hyphens".formatted(name), null);
    }
    return name;
  }

  /** The options that somebody tells. */
  static List<Option<?>> options(ThirdParty asked, ThirdParty.Call<List<Option<?>>> call)
      throws Fault {
    return asked.call(
        "options()",
        () -> {
          List<Option<?>> given = call.call();
          return given == null ? null : List.copyOf(given); // fails where an element is null
        });
  }

  /** The options of what has this name. */
  static List<Option<?>> options(
      ThirdParty asked, String name, ThirdParty.Call<List<Option<?>>> call) throws Fault {
    List<Option<?>> options = options(asked, call);
    for (Option<?> option : options) {
      if (!isOf(name, option)) {
        throw asked.fault(
            "its option is named %s, not %s.<something>".formatted(option.name(), name), null);
      }
    }
    return options;
  }

  /** Relatives, such as {@code unikernel} and {@code unikernel-sealed}, may share an option. */
  private static boolean isOf(String name, Option<?> option) {
    int point = option.name().indexOf('.');
    return point > 0 && (name + "-").startsWith(option.name().substring(0, point) + "-");
  }

  /** As messages name it. */
  String who() {
    return "environment %s (%s)".formatted(name, provider.getClass().getName());
  }
}

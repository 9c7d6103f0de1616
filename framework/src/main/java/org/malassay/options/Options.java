package org.malassay.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The options in force: the values given by the user over the defaults. Immutable. */
public final class Options {
  private final Map<String, String> given;

  private Options(Map<String, String> given) {
    this.given = Map.copyOf(given);
  }

  public static Options of(Map<String, String> given) {
    return new Options(given);
  }

  /** The options given as system properties, {@code -Dname=value}. */
  public static Options fromSystemProperties() {
    Properties properties = System.getProperties();
    return new Options(
        properties.stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, properties::getProperty)));
  }

  /** These options over the given ones, which count where these say nothing. */
  public Options over(Map<String, String> defaults) {
    Map<String, String> both = new HashMap<>(defaults);
    both.putAll(given);
    return new Options(both);
  }

  /** These options, and this one as if its text had been given. */
  public Options with(Option<?> option, String text) {
    Map<String, String> more = new HashMap<>(given);
    more.put(option.name(), text);
    return new Options(more);
  }

  /**
   * The value of an option that has a default.
   *
   * @throws OptionException if the given text is not a value of the option
   */
  public <T> T get(Option<T> option) {
    return find(option)
        .orElseThrow(() -> new OptionException("-D" + option.name() + " is missing"));
  }

  /**
   * The value of an option, empty when it is neither given nor has a default.
   *
   * @throws OptionException if the given text is not a value of the option
   */
  public <T> Optional<T> find(Option<T> option) {
    return text(option)
        .map(
            text -> {
              try {
                return option.parser().apply(text);
              } catch (IllegalArgumentException e) {
                throw new OptionException(
                    "-D%s=%s: %s (-D%s=%s: %s)"
                        .formatted(
                            option.name(),
                            text,
                            e.getMessage(),
                            option.name(),
                            option.placeholder(),
                            option.description()));
              }
            });
  }

  /** The option as the user wrote it, or its default. */
  public Optional<String> text(Option<?> option) {
    return Optional.ofNullable(given.get(option.name())).or(option::defaultText);
  }

  /**
   * Refuses a name that is no option's but nearly one's: a gate of a misspelt name would let
   * everything pass.
   *
   * @param known all options there are; names that are near none of them belong to others
   * @throws OptionException if a given name is misspelt
   */
  public void refuseMisspelt(Collection<Option<?>> known) {
    Set<String> names = known.stream().map(Option::name).collect(Collectors.toSet());
    for (String name : new TreeSet<>(given.keySet())) {
      if (!names.contains(name)) {
        names.stream()
            .filter(option -> Nearness.near(name, option))
            .min(Comparator.comparing(option -> Nearness.distance(name, option)))
            .ifPresent(
                option -> {
                  throw new OptionException(
                      "-D%s: there is no such option; did you mean -D%s?".formatted(name, option));
                });
      }
    }
  }

  /** Those of the options that have a value, by name, as text: what a run's header lists. */
  public Map<String, String> inForce(Collection<Option<?>> options) {
    Map<String, String> inForce = new TreeMap<>();
    options.forEach(option -> text(option).ifPresent(text -> inForce.put(option.name(), text)));
    return inForce;
  }
}

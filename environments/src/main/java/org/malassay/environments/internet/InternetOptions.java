package org.malassay.environments.internet;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;
import org.malassay.options.Values;

/** The options of the simulated Internet. */
public final class InternetOptions implements OptionGroup {
  /** What a guest's network leads to. */
  public enum Mode {
    /** A simulated Internet. */
    SIMULATED,
    /** Nothing. */
    NONE
  }

  /** What a Telnet server of the simulated Internet does with whoever logs in. */
  public enum Login {
    /** No name and no password is right. */
    @JsonProperty("refuse")
    REFUSE,
    /** Every one is. */
    @JsonProperty("open")
    OPEN
  }

  /** What a guest's network leads to. */
  public static final Option<Mode> INTERNET =
      Option.optional(
          "internet",
          "simulated|none",
          "what a sample finds in its network: a simulated Internet (where it can be had, unless"
              + " given), or nothing",
          word(Mode.class));

  /** Whether Telnet servers let in. */
  public static final Option<Login> TELNET =
      Option.of(
          "internet.telnet",
          "refuse|open",
          "refuse",
          "whether the simulated Internet's Telnet servers let a sample log in",
          word(Login.class));

  /** Rules of the user's. */
  public static final Option<Path> RULES =
      Option.optional(
          "internet.rules",
          "DIR",
          "answers of the simulated Internet, as YAML files; they count before its own",
          Values::path);

  /** What login sessions fetched. */
  public static final Option<Path> PAYLOADS =
      Option.optional(
          "internet.payloads",
          "DIR",
          "what recorded login sessions fetched, as files named by their SHA-256, to be given out"
              + " at the same URLs; what is not there is a harmless program of ours",
          Values::path);

  /** What a command server says. */
  public static final Option<Path> SCRIPT =
      Option.optional(
          "cnc.script",
          "FILE",
          "what the simulated command servers say to bots, as YAML; without it, nothing",
          Values::path);

  /** Called by {@link java.util.ServiceLoader}. */
  public InternetOptions() {}

  @Override
  public String title() {
    return "The simulated Internet";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(INTERNET, TELNET, RULES, PAYLOADS, SCRIPT);
  }

  private static <E extends Enum<E>> Function<String, E> word(Class<E> type) {
    return text ->
        Arrays.stream(type.getEnumConstants())
            .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "not one of "
                            + Arrays.stream(type.getEnumConstants())
                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
  }
}

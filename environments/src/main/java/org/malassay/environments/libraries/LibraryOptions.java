package org.malassay.environments.libraries;

import java.util.List;
import java.util.Optional;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.OptionGroup;
import org.malassay.options.Options;
import org.malassay.options.Values;

/** Whether guests are given the libraries that their samples lack, and from where. */
public final class LibraryOptions implements OptionGroup {
  /** Where Debian's packages are meant. */
  static final String DEBIAN = "debian";

  /** What is done about libraries that a sample needs and its guest lacks. */
  enum Mode {
    NONE,
    SUPPLY;

    static Mode of(String text) {
      return switch (text) {
        case "none" -> NONE;
        case "supply" -> SUPPLY;
        default -> throw new IllegalArgumentException("neither none nor supply");
      };
    }
  }

  static final Option<Mode> LIBRARIES =
      Option.of(
          "libraries",
          "none|supply",
          "none",
          "what is done about the interpreter and libraries that a sample needs and its guest lacks:"
              + " nothing, or just these are put into that one guest (container, raspbian)",
          Mode::of);

  static final Option<List<String>> FROM =
      Option.optional(
          "libraries.from",
          "debian|DIR,...",
          "where supplied libraries come from, the first that fits: Debian's packages, which are"
              + " fetched once and kept (alone unless given), or folders, such as a vendor's /lib",
          Values::names);

  /** Called by {@link java.util.ServiceLoader}. */
  public LibraryOptions() {}

  @Override
  public String title() {
    return "Libraries of samples";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(LIBRARIES, FROM);
  }

  /** Whether guests are to be given any; a source that nobody asks is a mistake. */
  public static boolean isSupplied(Options options) {
    boolean supplied = options.get(LIBRARIES) == Mode.SUPPLY;
    if (!supplied && options.text(FROM).isPresent()) {
      throw new OptionException(
          "-Dlibraries.from=%s says nothing without -Dlibraries=supply: give both, or neither"
              .formatted(options.text(FROM).get()));
    }
    return supplied;
  }

  /**
   * What guests that start no dynamic programs have to say to the option, for the header of a run.
   *
   * @param why they start none, in words that go on "it ..."
   * @return empty when nothing was asked for
   */
  public static Optional<String> without(Options options, String why) {
    return isSupplied(options)
        ? Optional.of("none are supplied, as -Denv=container and raspbian do: it " + why)
        : Optional.empty();
  }
}

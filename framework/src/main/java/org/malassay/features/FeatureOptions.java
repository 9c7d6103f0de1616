package org.malassay.features;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.OptionGroup;
import org.malassay.options.Options;
import org.malassay.options.Values;

/** Which static features are made of the samples. */
public final class FeatureOptions implements OptionGroup {
  /** Those asked for, and whether the user named them: then each has to be had. */
  private record Asked(Set<Part> parts, boolean named) {
    static Asked parse(String text) {
      return switch (text.strip()) {
        case "", "true", "all" -> new Asked(EnumSet.allOf(Part.class), false); // Maven's is "true"
        case "false", "none" -> new Asked(Set.of(), false);
        default ->
            new Asked(Values.names(text).stream().map(Part::of).collect(Collectors.toSet()), true);
      };
    }
  }

  private static final Option<Asked> FEATURES =
      Option.optional(
          "features",
          "PART,...",
          "make static features of each sample: strings, image, entropy, opcodes, imports, tlsh;"
              + " all, also without a value: as far as can be had",
          Asked::parse);

  @Override
  public String title() {
    return "Static features";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(FEATURES);
  }

  /** The name of the option, which changes no result of a sample. */
  public static String name() {
    return FEATURES.name();
  }

  /**
   * What makes the features.
   *
   * @throws OptionException if one that the user named cannot be had
   */
  public static Extractor extractor(Options options) {
    return extractor(options, Objdump.onPath());
  }

  static Extractor extractor(Options options, Objdump objdump) {
    Asked asked = options.find(FEATURES).orElse(new Asked(Set.of(), false));
    Extractor extractor = new Extractor(asked.parts(), objdump);
    Optional<String> missing = extractor.withoutOpcodes();
    if (asked.named() && missing.isPresent()) {
      throw new OptionException(
          "-Dfeatures: opcodes cannot be had: %s; -Dsetup installs what is missing, and -Dfeatures"
                  .formatted(missing.get())
              + " without a value leaves out what cannot be had");
    }
    return extractor;
  }
}

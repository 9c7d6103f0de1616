package org.malassay.firmware.survey;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.malassay.files.FileReason;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.options.OptionException;
import org.malassay.sample.SafeText;

/**
 * What the images of a survey are compared with: one image, or those of an earlier survey, each
 * with the latest one of the same vendor and product there, else with that of the same name.
 */
final class Baseline {
  private final Optional<ImageFacts> one;
  private final Map<List<String>, ImageFacts> byProduct;
  private final Map<String, ImageFacts> byName;
  private final List<String> warnings;

  private Baseline(
      Optional<ImageFacts> one,
      Map<List<String>, ImageFacts> byProduct,
      Map<String, ImageFacts> byName,
      List<String> warnings) {
    this.one = one;
    this.byProduct = byProduct;
    this.byName = byName;
    this.warnings = warnings;
  }

  /**
   * Reads it.
   *
   * @throws OptionException if it cannot be read
   */
  static Baseline of(Path place, ImageAnalysis analysis) {
    try {
      return SurveyDirectory.is(place)
          ? survey(SurveyDirectory.open(place))
          : image(place, analysis);
    } catch (IOException e) {
      throw new OptionException(
          "-Dfirmware.baseline=%s: cannot be read: %s"
              .formatted(place, SafeText.printable(FileReason.of(e))));
    }
  }

  private static Baseline image(Path file, ImageAnalysis analysis) throws IOException {
    FirmwareImage image =
        new FirmwareImage(
            String.valueOf(file.getFileName()), file, "", "", "", Optional.<LocalDate>empty());
    return new Baseline(Optional.of(analysis.of(image)), Map.of(), Map.of(), List.of());
  }

  private static Baseline survey(SurveyDirectory survey) throws IOException {
    Map<List<String>, ImageFacts> byProduct =
        new TreeMap<>((a, b) -> String.join("\0", a).compareTo(String.join("\0", b)));
    Map<String, ImageFacts> byName = new TreeMap<>();
    List<String> damage =
        survey.forEach(
            row ->
                row.facts()
                    .filter(facts -> facts.sources().isEmpty())
                    .ifPresent(
                        facts -> {
                          byName.put(facts.image().name(), facts);
                          if (!facts.image().product().isEmpty()) {
                            byProduct.merge(product(facts.image()), facts, Baseline::later);
                          }
                        }));
    List<String> warnings = new ArrayList<>();
    damage.forEach(line -> warnings.add("-Dfirmware.baseline: " + line));
    return new Baseline(Optional.empty(), byProduct, byName, List.copyOf(warnings));
  }

  private static List<String> product(FirmwareImage image) {
    return List.of(image.vendor(), image.product());
  }

  /** By its day; of those without one, that of the later version, as their texts are ordered. */
  private static ImageFacts later(ImageFacts one, ImageFacts other) {
    LocalDate first = one.image().date().orElse(LocalDate.MIN);
    LocalDate second = other.image().date().orElse(LocalDate.MIN);
    int order = first.compareTo(second);
    return order > 0 || (order == 0 && one.image().version().compareTo(other.image().version()) > 0)
        ? one
        : other;
  }

  /** The image that this one is compared with; empty where there is none. */
  Optional<ImageFacts> before(FirmwareImage image) {
    return one.or(() -> Optional.ofNullable(byProduct.get(product(image))))
        .or(() -> Optional.ofNullable(byName.get(image.name())));
  }

  List<String> warnings() {
    return warnings;
  }
}

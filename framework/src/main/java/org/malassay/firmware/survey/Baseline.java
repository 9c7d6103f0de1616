package org.malassay.firmware.survey;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.files.FileReason;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.options.OptionException;
import org.malassay.sample.SafeText;

/**
 * What the images of a survey are compared with: one image, or those of an earlier survey. There it
 * is one of the same vendor and product, where that is known: of those whose file names differ in
 * digits at most the latest one; if there is none, the only one. A product with several images of
 * other names has none that could be told to be the counterpart. Of an image without a product it
 * is that of the same name.
 */
final class Baseline {
  private final Optional<ImageFacts> one;

  /** Where the images lie in the journal: thousands of them do not fit into memory. */
  private final Map<List<String>, List<SurveyDirectory.Brief>> byProduct;

  private final Map<String, SurveyDirectory.Brief> byName;
  private final List<String> warnings;

  private Baseline(
      Optional<ImageFacts> one,
      Map<List<String>, List<SurveyDirectory.Brief>> byProduct,
      Map<String, SurveyDirectory.Brief> byName,
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
    Map<List<String>, List<SurveyDirectory.Brief>> byProduct = new HashMap<>();
    Map<String, SurveyDirectory.Brief> byName = new HashMap<>();
    List<String> damage =
        survey.briefs(
            brief -> {
              if (brief.firmware()) {
                byName.put(brief.image().name(), brief);
                if (!brief.image().product().isEmpty()) {
                  byProduct
                      .computeIfAbsent(product(brief.image()), any -> new ArrayList<>())
                      .add(brief);
                }
              }
            });
    List<String> warnings = new ArrayList<>();
    damage.forEach(line -> warnings.add("-Dfirmware.baseline: " + line));
    return new Baseline(Optional.empty(), byProduct, byName, List.copyOf(warnings));
  }

  private static List<String> product(FirmwareImage image) {
    return List.of(image.vendor(), image.product());
  }

  private static String fileName(FirmwareImage image) {
    return image.name().substring(image.name().lastIndexOf('/') + 1);
  }

  /** The name of its file but for the digits, which are mostly a version or a day. */
  private static String shape(FirmwareImage image) {
    return fileName(image).replaceAll("[0-9]+", "0");
  }

  private static Optional<SurveyDirectory.Brief> among(
      List<SurveyDirectory.Brief> ofProduct, FirmwareImage image) {
    Optional<SurveyDirectory.Brief> like =
        ofProduct.stream()
            .filter(it -> shape(it.image()).equals(shape(image)))
            .max(
                // By its day; of those without one the later version, as their texts are ordered.
                Comparator.comparing(
                        (SurveyDirectory.Brief it) -> it.image().date().orElse(LocalDate.MIN))
                    .thenComparing(it -> it.image().version())
                    .thenComparing(it -> fileName(it.image()).equals(fileName(image))));
    return like.or(() -> ofProduct.size() == 1 ? Optional.of(ofProduct.get(0)) : Optional.empty());
  }

  /**
   * The image that this one is compared with; empty where there is none.
   *
   * @throws IOException if the journal of the survey cannot be read any more
   */
  Optional<ImageFacts> before(FirmwareImage image) throws IOException {
    if (one.isPresent()) {
      return one;
    }
    List<SurveyDirectory.Brief> ofProduct = byProduct.getOrDefault(product(image), List.of());
    Optional<SurveyDirectory.Brief> chosen =
        ofProduct.isEmpty()
            ? Optional.ofNullable(byName.get(image.name()))
            : among(ofProduct, image);
    return chosen.isPresent() ? chosen.get().row().flatMap(Surveyed::facts) : Optional.empty();
  }

  List<String> warnings() {
    return warnings;
  }
}

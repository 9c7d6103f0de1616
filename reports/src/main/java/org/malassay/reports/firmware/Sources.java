package org.malassay.reports.firmware;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.malassay.firmware.Component;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.SourcePackage;
import org.malassay.firmware.source.SourceComparison;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.Surveyed;

/**
 * A source package of a survey beside the images of the same product, whatever their version: both
 * have to name their vendor and their product.
 */
final class Sources {
  private final FirmwareImage file;
  private final SourcePackage found;
  private final int patches;
  private final int mended;
  private int images;
  private int same;
  private int other;
  private int options;

  /** Without its patches, of which there may be thousands. */
  private Sources(FirmwareImage file, SourcePackage all) {
    this.file = file;
    this.found =
        new SourcePackage(all.components(), all.configurations(), List.of(), all.unlisted());
    this.patches = all.patches().size();
    Set<String> mends = new HashSet<>();
    all.patches().forEach(patch -> mends.addAll(patch.mends()));
    this.mended = mends.size();
  }

  /** Takes what a source package and an image have, one line each. */
  interface Lines {
    /** Takes none. */
    Lines NONE = (sources, image, what, name, source, binary, note) -> {};

    /**
     * Takes one.
     *
     * @param image that it is compared with; empty if there is none
     * @param what {@code component}, {@code option}, {@code patch} or {@code missing}: what the
     *     image has and the sources lack
     * @param source its version or value in the sources
     * @param binary that in the image; empty if it tells none
     * @param note of a patch, the vulnerabilities that it names; of what is compared, whether it
     *     agrees
     */
    void line(
        FirmwareImage sources,
        String image,
        String what,
        String name,
        String source,
        String binary,
        String note)
        throws IOException;
  }

  /** Reads them out of the journal, in the order of their names. */
  static List<Sources> of(SurveyDirectory survey, Lines to) throws IOException {
    List<Sources> all = new ArrayList<>();
    Map<String, List<Sources>> products = new TreeMap<>();
    List<String> unused =
        survey.forEach(
            row -> {
              Optional<SourcePackage> found = row.facts().flatMap(ImageFacts::sources);
              if (found.isPresent()) {
                Sources sources = new Sources(row.image(), found.get());
                all.add(sources);
                if (isNamed(row.image())) {
                  products
                      .computeIfAbsent(product(row.image()), it -> new ArrayList<>())
                      .add(sources);
                }
                sources.tell(found.get(), to);
              }
            });
    if (!products.isEmpty()) {
      List<String> unusedAgain =
          survey.forEach(
              row -> {
                if (row.facts().filter(it -> it.sources().isEmpty()).isPresent()) {
                  for (Sources of : products.getOrDefault(product(row.image()), List.of())) {
                    of.compare(row, to);
                  }
                }
              });
    }
    return all;
  }

  private static boolean isNamed(FirmwareImage image) {
    return !image.vendor().isEmpty() && !image.product().isEmpty();
  }

  private static String product(FirmwareImage image) {
    return image.vendor() + "\0" + image.product();
  }

  private void tell(SourcePackage all, Lines to) throws IOException {
    for (Component component : all.components()) {
      to.line(file, "", "component", component.name(), component.version(), "", "");
    }
    for (SourcePackage.Patch patch : all.patches()) {
      String mends = String.join(" ", patch.mends());
      to.line(file, "", "patch", patch.of(), patch.subject(), "", mends);
    }
  }

  private void compare(Surveyed row, Lines to) throws IOException {
    images++;
    SourceComparison compared = SourceComparison.of(found, row.facts().orElseThrow());
    String image = row.image().name();
    for (SourceComparison.Version version : compared.versions()) {
      same += version.same() ? 1 : 0;
      other += version.same() ? 0 : 1;
      String note = version.same() ? "same" : "other";
      to.line(file, image, "component", version.name(), version.source(), version.binary(), note);
    }
    for (SourceComparison.Option option : compared.options()) {
      options++;
      String source = option.source().value();
      to.line(file, image, "option", option.name(), source, option.binary().value(), "other");
    }
    for (String name : compared.onlyBinary().stream().sorted().toList()) {
      to.line(file, image, "missing", name, "", "", "");
    }
  }

  /** The package itself. */
  FirmwareImage file() {
    return file;
  }

  /** How many components it tells. */
  int components() {
    return found.components().size();
  }

  /** The version of its kernel's tree; empty if it has none. */
  String kernel() {
    return found.components().stream()
        .filter(it -> it.name().equals("linux"))
        .map(Component::version)
        .findFirst()
        .orElse("");
  }

  /** How many patches it has. */
  int patches() {
    return patches;
  }

  /** How many vulnerabilities these name. */
  int mended() {
    return mended;
  }

  /** How many images it was compared with. */
  int images() {
    return images;
  }

  /** How often a component has the same version in such an image. */
  int same() {
    return same;
  }

  /** How often another one. */
  int other() {
    return other;
  }

  /** How often an option of the kernel has another value. */
  int options() {
    return options;
  }
}

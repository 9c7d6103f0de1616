package org.malassay.firmware.survey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.malassay.files.FileReason;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.sample.SafeText;

/**
 * What a survey is to do.
 *
 * @param surveys the folder of surveys
 * @param id of this one
 * @param resumed the directory of the earlier survey that it continues
 * @param required what every program must have
 * @param baseline what its images are compared with: an image, or the directory of a survey
 * @param parallel how many images are read side by side
 * @param options in force, by name
 * @param versions of what it is made with
 */
public record SurveyPlan(
    Path surveys,
    String id,
    Optional<Path> resumed,
    Catalogue catalogue,
    List<Requirement> required,
    Optional<Path> baseline,
    int parallel,
    Map<String, String> options,
    Map<String, String> versions) {
  public SurveyPlan {
    required = List.copyOf(required);
    options = Map.copyOf(options);
    versions = Map.copyOf(versions);
  }

  /**
   * Of the options of a survey.
   *
   * @throws OptionException if one of them cannot be used; the message says what mends it
   */
  public static SurveyPlan of(
      Options options,
      Path surveys,
      String id,
      Optional<Path> resumed,
      Map<String, String> versions) {
    Path place = options.get(SurveyOptions.FIRMWARE);
    Optional<Path> baseline =
        options.find(SurveyOptions.BASELINE).map(text -> baseline(text, surveys));
    if (baseline.isPresent() && resumed.isPresent() && isSame(baseline.get(), resumed.get())) {
      throw new OptionException(
          ("-Dfirmware.baseline=%s: is the survey that -Dresume continues, which would be compared"
                  + " with itself; name the earlier one by its id")
              .formatted(options.get(SurveyOptions.BASELINE)));
    }
    Map<String, String> inForce = new TreeMap<>(options.inForce(new SurveyOptions().options()));
    // What it meant: another start must not take what latest means then for the same.
    baseline.ifPresent(it -> inForce.put(SurveyOptions.BASELINE.name(), it.toString()));
    return new SurveyPlan(
        surveys,
        id,
        resumed,
        Catalogue.of(place, options.find(SurveyOptions.CATALOGUE)),
        options.find(SurveyOptions.REQUIRE).orElse(List.of()),
        baseline,
        options
            .find(SurveyOptions.PARALLEL)
            .orElseGet(() -> Runtime.getRuntime().availableProcessors()),
        inForce,
        new TreeMap<>(versions));
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) {
      return false; // that it is not there is told when it is opened
    }
  }

  private static Path baseline(String text, Path surveys) {
    for (Path place : new Path[] {surveys.resolve(text), Values.path(text)}) {
      try {
        if (Files.isRegularFile(place) || SurveyDirectory.is(place)) {
          return place.toRealPath(); // which the link latest no longer is when this survey begins
        }
      } catch (IOException e) {
        throw new OptionException(
            "-Dfirmware.baseline=%s: cannot be read: %s"
                .formatted(text, SafeText.printable(FileReason.of(e))));
      }
    }
    throw new OptionException(
        "-Dfirmware.baseline=%s: there is no such image, and no survey of this name in %s"
            .formatted(text, surveys));
  }
}

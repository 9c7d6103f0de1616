package org.malassay.firmware.survey;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;
import org.malassay.options.Values;

/** The options of a survey of firmware images. */
public final class SurveyOptions implements OptionGroup {
  public static final Option<Path> FIRMWARE =
      Option.optional(
          "firmware",
          "PATH",
          "survey the firmware images of this folder, or this one, and do nothing else: nothing of"
              + " them is run",
          Values::path);
  public static final Option<Path> CATALOGUE =
      Option.optional(
          "firmware.catalogue",
          "CSV",
          "which images there are (columns file, and as known vendor, product, version, date);"
              + " without it by folders VENDOR/PRODUCT/VERSION",
          Values::path);
  public static final Option<List<Requirement>> REQUIRE =
      Option.optional(
          "firmware.require",
          "NAME,...",
          "fail where a program of an image lacks one of: " + Requirement.names(),
          Requirement::parse);
  public static final Option<String> BASELINE =
      Option.optional(
          "firmware.baseline",
          "IMAGE",
          "compare each image with this one, or with that of the same product in that earlier"
              + " survey, by its id or folder: fail where it protects less",
          text -> text);
  public static final Option<Integer> PARALLEL =
      Option.optional(
          "firmware.parallel",
          "COUNT",
          "how many images are read side by side; as many as there are processors unless given",
          Values::count);
  public static final Option<Path> CACHE =
      Option.optional(
          "firmware.cache",
          "FOLDER",
          "where findings are kept by content, so that a file that many images share is judged once;"
              + " below ~/.cache/malassay unless given",
          Values::path);
  public static final Option<Path> RELEASES =
      Option.optional(
          "firmware.releases",
          "FILE",
          "days of releases besides those of main components' series, for how old versions are:"
              + " lines of component, version and day, with tabs between",
          Values::path);
  public static final Option<Integer> DEPTH =
      Option.optional(
          "firmware.depth",
          "COUNT",
          "how deep archives and file systems within one another are opened",
          Values::count);
  public static final Option<Integer> ENTRIES =
      Option.optional(
          "firmware.entries", "COUNT", "how many files of an image are read", Values::count);
  public static final Option<Long> BYTES =
      Option.optional(
          "firmware.bytes", "SIZE", "how much of an image is unpacked in all", Values::size);
  public static final Option<Long> FILE_BYTES =
      Option.optional(
          "firmware.file.bytes", "SIZE", "how large a file of an image may be", Values::size);
  public static final Option<Duration> TIME =
      Option.optional("firmware.time", "DURATION", "how long one image may take", Values::duration);

  @Override
  public String title() {
    return "Firmware survey: mvn test -Dfirmware=PATH (with out, resume and reports as every run)";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(
        FIRMWARE,
        CATALOGUE,
        REQUIRE,
        BASELINE,
        PARALLEL,
        CACHE,
        RELEASES,
        DEPTH,
        ENTRIES,
        BYTES,
        FILE_BYTES,
        TIME);
  }
}

package org.malassay.experiments.profile;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;
import org.malassay.options.Values;

/** The options of the study of a service's profile. */
public final class ProfileOptions implements OptionGroup {
  /** The service. */
  public static final Option<String> PROFILE =
      Option.optional(
          "profile",
          "SERVICE",
          "make the seccomp profile of this service, and do nothing else: nginx, or the path of a"
              + " program in the image, with -Dprofile.workloads",
          text -> text);

  /** What it does in its life. */
  public static final Option<Path> WORKLOADS =
      Option.optional(
          "profile.workloads",
          "FILE",
          "the workloads of the service (experiments/profile/README.md); those of the project where"
              + " it has some",
          Values::path);

  /** Where the profile is put. */
  public static final Option<Path> OUT =
      Option.of(
          "profile.out",
          "FOLDER",
          "target/profiles",
          "where the profile is written, in a folder of the service's name",
          Values::path);

  /** Whether the profile is tried. */
  public static final Option<Boolean> CHECK =
      Option.of(
          "profile.check",
          "yes|no",
          "yes",
          "run each workload once more under the profile, and an exploit's stand-in",
          ProfileOptions::yes);

  /** Called by {@link java.util.ServiceLoader}. */
  public ProfileOptions() {}

  @Override
  public String title() {
    return "The profile of a service (-Dprofile)";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(PROFILE, WORKLOADS, OUT, CHECK);
  }

  private static boolean yes(String text) {
    return Optional.of(text)
        .filter(it -> it.equals("yes") || it.equals("no"))
        .orElseThrow(() -> new IllegalArgumentException("neither yes nor no"))
        .equals("yes");
  }
}

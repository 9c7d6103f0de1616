package org.malassay.experiments.profile;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.experiment.RunOptions;
import org.malassay.experiments.profile.ProfileStudy.Watched;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.profile.ProfileFigures;
import org.malassay.profile.ProfileReport;
import org.malassay.profile.ServiceProfile;
import org.malassay.sample.CsvCell;

/**
 * The study as dynamic tests: one for each workload, one that makes the profile, one for each
 * workload under it, one for an exploit's stand-in, and one that writes the profile where all of
 * these passed: a filter that lacks what a workload does would stop the service when it does that.
 */
public final class ProfileTests {
  private static final String ROOT = "malassay.root";
  private static final String WORKLOADS = "experiments/profile/workloads";

  private static final String EXPLOIT = "an exploit under the profile";

  private final Study study;
  private final Options options;
  private final PrintStream console;
  private final List<String> failed = new ArrayList<>();
  private Optional<ServiceProfile> profile = Optional.empty();

  ProfileTests(Study study, Options options, PrintStream console) {
    this.study = study;
    this.options = options;
    this.console = console;
  }

  /**
   * The study that the options of the command line describe.
   *
   * @throws OptionException if an option is misspelt, or its value cannot be used
   * @throws EnvironmentException if the guests cannot be had
   */
  public static ProfileTests fromCommandLine() throws IOException, EnvironmentException {
    Options options = Options.fromSystemProperties();
    options.refuseMisspelt(new ProfileOptions().options());
    String root = System.getProperty(ROOT);
    if (root == null) {
      throw new OptionException(
          "-D%s: the programs of a workload are built from the project's sources, which are not here"
              .formatted(ProfileOptions.PROFILE.name()));
    }
    return new ProfileTests(
        ProfileStudy.open(options, Path.of(root), workloads(options, Path.of(root))),
        options,
        System.out);
  }

  /**
   * The file of workloads that options name.
   *
   * @throws OptionException if there is none
   */
  static Path workloads(Options options, Path root) {
    if (options.find(RunOptions.ENV).isPresent()) {
      throw new OptionException(
          "-Denv and -Dprofile: a profile is made in raspbian, of a service and not of samples; give"
              + " one of them");
    }
    String name = options.text(ProfileOptions.PROFILE).orElse("");
    Optional<Path> given = options.find(ProfileOptions.WORKLOADS);
    Path own = root.resolve(WORKLOADS).resolve(name.replace('/', '_') + ".yaml");
    if (given.isPresent()) {
      ServiceFile file = ServiceFile.read(given.get());
      if (!name.equals(file.service()) && !name.equals(file.program())) {
        throw new OptionException(
            "-Dprofile=%s: the file of -Dprofile.workloads is of %s, whose program is %s"
                .formatted(name, file.service(), file.program()));
      }
      return given.get();
    }
    if (!Files.isRegularFile(own)) {
      throw new OptionException(
          "-Dprofile=%s: the project has no workloads of it; name a file of them by".formatted(name)
              + " -Dprofile.workloads=FILE (experiments/profile/README.md says what is in it)");
    }
    return own;
  }

  /** The tests; the guests' environment is closed when the stream is. */
  public Stream<DynamicNode> tests() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String workload : study.service().workloads().keySet()) {
      String name = "seen: " + workload;
      tests.add(dynamicTest(name, () -> passes(name, () -> study.watch(workload))));
    }
    tests.add(dynamicTest("profile", this::make));
    if (options.get(ProfileOptions.CHECK)) {
      for (String workload : study.service().workloads().keySet()) {
        String name = "under the profile: " + workload;
        tests.add(dynamicTest(name, () -> passes(name, () -> study.check(workload, made()))));
      }
      tests.add(dynamicTest(EXPLOIT, this::exploit));
    }
    tests.add(dynamicTest("files", this::write));
    return tests.stream().<DynamicNode>map(test -> test).onClose(study::close);
  }

  private interface Watching {
    Watched watch() throws IOException, GuestException;
  }

  /** What does not come to its end, a guest that is lost among it, has failed as well. */
  private void passes(String test, Watching watching) throws IOException, GuestException {
    failed.add(test);
    Watched watched = watching.watch();
    if (!watched.failures().isEmpty()) {
      throw new AssertionError(String.join("; ", watched.failures()));
    }
    failed.remove(test);
    console.printf("%s: %d calls%n", test, watched.calls().size());
  }

  private void exploit() throws IOException, GuestException {
    ServiceProfile made = made();
    if (made.allowed().contains("execve")) {
      abort(
          "%s starts programs itself, so its profile refuses no exploit's shell"
              .formatted(made.service()));
    }
    passes(EXPLOIT, () -> study.exploit(Optional.of(made)));
  }

  private ServiceProfile made() {
    return profile.orElseThrow(() -> new AssertionError("there is no profile"));
  }

  private void make() {
    ServiceProfile made = study.profile();
    List<String> missing = new ArrayList<>(study.service().workloads().keySet());
    missing.removeAll(made.workloads().keySet());
    if (!missing.isEmpty()) {
      throw new AssertionError(
          "there is no profile, since it would stop what these workloads do, which did not go as they"
              + " should: "
              + String.join(", ", missing));
    }
    if (made.files().files().isEmpty()) {
      throw new AssertionError("there is no profile, since no file of the service could be read");
    }
    profile = Optional.of(made);
    console.println();
    ProfileReport.print(made, ProfileFigures.of(made), console);
    console.println();
  }

  private void write() throws IOException {
    ServiceProfile made = made();
    if (!failed.isEmpty()) {
      throw new AssertionError(
          "the profile is not written, since these failed: " + String.join(", ", failed));
    }
    Path folder = options.get(ProfileOptions.OUT).resolve(made.service());
    ProfileReport.write(made, ProfileFigures.of(made), study.names(), folder, CsvCell::text);
    console.printf("written to %s%n", folder.toAbsolutePath());
  }
}

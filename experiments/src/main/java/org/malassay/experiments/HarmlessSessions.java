package org.malassay.experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.malassay.experiment.Experiment;
import org.malassay.experiment.RunOptions;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

/** The project's own login sessions, built from the sources in {@code experiments/sessions}. */
final class HarmlessSessions {
  /** Some start services, under emulation; one waits for cron. */
  private static final String TIME_LIMIT = "60s";

  private HarmlessSessions() {}

  /**
   * The experiment on the groups that {@code -Dsessions} names. With no more guests at once than
   * processors: whoever types waits for a silent command for some seconds, and then hangs up.
   *
   * @throws OptionException if there are no such groups, or this is not a checkout of the project
   * @throws IOException if they cannot be built; the message says what is missing and what mends it
   */
  static Experiment chosen() throws IOException {
    List<String> groups =
        Options.fromSystemProperties().find(SessionOptions.SESSIONS).orElseThrow();
    return Experiment.on(build(HarmlessSamples.root(), groups))
        .option(RunOptions.TIME_LIMIT, TIME_LIMIT)
        .option(RunOptions.GUESTS, String.valueOf(Runtime.getRuntime().availableProcessors()));
  }

  /** The folder with a folder for each group: {@code experiments/target/sessions}. */
  static Path build(Path root, List<String> groups) throws IOException {
    Path script = root.resolve("experiments/sessions/build.sh");
    if (!Files.isRegularFile(script)) {
      throw HarmlessSamples.notACheckout("there is no " + script);
    }
    Path folder = root.resolve("experiments/target/sessions");
    List<String> arguments = new ArrayList<>(List.of(folder.toString()));
    arguments.addAll(groups);
    HarmlessSamples.run("sessions", script, arguments);
    return folder;
  }
}

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
import org.malassay.sample.LoginSession;

/** The project's own login sessions, built from the sources in {@code experiments/sessions}. */
final class HarmlessSessions {
  private HarmlessSessions() {}

  /**
   * The experiment on the groups that {@code -Dsessions} names. With no more guests at once than
   * processors: whoever types waits for a silent command for some seconds, and then hangs up.
   *
   * @throws OptionException if there are no such groups, or this is not a checkout of the project
   * @throws IOException if they cannot be built; the message says what is missing and what mends it
   */
  static Experiment chosen() throws IOException {
    Options options = Options.fromSystemProperties();
    List<String> groups = options.find(SessionOptions.SESSIONS).orElseThrow();
    LoginSession.Protocol protocol = options.get(SessionOptions.PROTOCOL);
    return Experiment.on(build(HarmlessSamples.root(), protocol, groups))
        .option(RunOptions.GUESTS, String.valueOf(Runtime.getRuntime().availableProcessors()));
  }

  /** The folder with a folder for each group: {@code experiments/target/sessions}. */
  static Path build(Path root, LoginSession.Protocol protocol, List<String> groups)
      throws IOException {
    Path script = root.resolve("experiments/sessions/build.sh");
    if (!Files.isRegularFile(script)) {
      throw HarmlessSamples.notACheckout("there is no " + script);
    }
    Path folder = root.resolve("experiments/target/sessions");
    List<String> arguments =
        new ArrayList<>(List.of(folder.toString(), "--protocol", protocol.word()));
    arguments.addAll(groups);
    HarmlessSamples.run("sessions", script, arguments);
    return folder;
  }
}

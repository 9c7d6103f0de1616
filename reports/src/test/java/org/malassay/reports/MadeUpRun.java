package org.malassay.reports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.experiment.Experiment;

/** Runs experiments in made-up environments, as JUnit does. */
final class MadeUpRun {
  private MadeUpRun() {}

  /** With the options of the command line. */
  public static void main(String[] arguments) throws Throwable {
    execute(Experiment.fromCommandLine());
  }

  /** Runs every test of it; the first one that fails is thrown. */
  static void execute(Experiment experiment) throws Throwable {
    try (Stream<DynamicNode> nodes = experiment.tests()) {
      execute(nodes);
    }
  }

  private static void execute(Stream<? extends DynamicNode> nodes) throws Throwable {
    for (DynamicNode node : nodes.toList()) {
      if (node instanceof DynamicTest test) {
        test.getExecutable().execute();
      } else {
        execute(((DynamicContainer) node).getChildren());
      }
    }
  }

  /**
   * Makes the made-up environments found by who has this folder on the class path.
   *
   * @return the folder
   */
  static Path services(Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(EnvironmentProvider.class.getName()),
        MadeUpEnvironment.Box.class.getName() + "\n" + MadeUpEnvironment.Crate.class.getName());
    return folder;
  }
}

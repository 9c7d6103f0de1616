package org.malassay.experiments;

import java.io.IOException;
import java.util.List;

/** The engine's containers, asked for by the docker command: not by what is tested. */
final class Containers {
  private Containers() {}

  /** The ids of all containers that a run made, whatever their state. */
  static List<String> ofRun(String run) throws IOException, InterruptedException {
    Command.Outcome outcome =
        Command.of("docker", "ps", "-aq", "--filter", "label=org.malassay.run=" + run).run();
    if (outcome.status() != 0) {
      throw new IOException(outcome.output());
    }
    return outcome.output().lines().toList();
  }
}

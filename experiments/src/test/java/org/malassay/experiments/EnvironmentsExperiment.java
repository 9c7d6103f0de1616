package org.malassay.experiments;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.malassay.experiment.Experiment;

/**
 * The main job, {@code mvn test -Denv=...}: every sample in every environment. Without {@code
 * -Dsamples} these are the harmless samples of the project, which must get the verdicts expected of
 * them; with {@code -Dsessions} its login sessions.
 */
@Tag("experiment")
class EnvironmentsExperiment {

  @TestFactory
  Stream<DynamicNode> samples() throws Exception {
    if (System.getProperty("samples") != null || System.getProperty("help") != null) {
      return Experiment.fromCommandLine().tests();
    }
    if (System.getProperty(SessionOptions.SESSIONS.name()) != null) {
      return HarmlessSessions.chosen().tests();
    }
    HarmlessSamples samples = HarmlessSamples.build();
    Experiment experiment = Experiment.on(samples.folder()).expecting(samples.expectations());
    return samples.warning().map(experiment::warning).orElse(experiment).tests();
  }
}

package org.malassay.experiments;

import static org.malassay.experiment.ResultAssert.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.malassay.experiment.Experiment;
import org.malassay.experiment.RunOptions;

class FirmwareExperiment {
  @TestFactory
  Stream<DynamicNode> nothingRunsInOurContainer() {
    return Experiment.on(Path.of("samples"))
        .in("container")
        .option(RunOptions.TIME_LIMIT, "3s")
        .checking(result -> assertThat(result).isNotExecutable())
        .tests();
  }
}

package org.malassay.experiments;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.malassay.experiment.FirmwareTests;

/** The survey, {@code mvn test -Dfirmware=...}: what protects the programs of firmware images. */
@Tag("experiment")
class FirmwareSurvey {

  @TestFactory
  Stream<DynamicNode> images() {
    return FirmwareTests.fromCommandLine().tests();
  }
}

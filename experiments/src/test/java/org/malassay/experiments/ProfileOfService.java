package org.malassay.experiments;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.malassay.experiments.profile.ProfileTests;

/** The study {@code mvn test -Dprofile=...}: the seccomp profile of a service. */
@Tag("experiment")
class ProfileOfService {

  @TestFactory
  Stream<DynamicNode> workloads() throws Exception {
    return ProfileTests.fromCommandLine().tests();
  }
}

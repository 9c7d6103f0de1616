package org.malassay.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.options.Options;

/** The run of a test, whose containers are told from all others. */
record ContainerRun(String id) {
  ContainerRun() {
    this("it-" + UUID.randomUUID());
  }

  Environment open(Limits limits) throws Exception {
    return new ContainerProvider().open(Options.of(Map.of()), limits, id);
  }

  void assertNothingIsLeft() throws Exception {
    try (Engine engine = Engine.find()) {
      assertThat(engine.containers(GuestLabels.RUN, id)).isEmpty();
    }
  }
}

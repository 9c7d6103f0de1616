package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.host.Timeouts;
import org.malassay.options.Options;

/** The run of a test, whose containers are told from all others. */
record ContainerRun(String id) {
  ContainerRun() {
    this("it-" + UUID.randomUUID());
  }

  Environment open(Limits limits) throws Exception {
    return open(limits, Map.of());
  }

  Environment open(Limits limits, Map<String, String> options) throws Exception {
    return new ContainerProvider().open(new Opening(Options.of(options), limits, id));
  }

  void assertNothingIsLeft() throws Exception {
    try (Engine engine = Engine.find(new Timeouts(1))) {
      assertThat(engine.containers(GuestLabels.RUN, id)).isEmpty();
    }
  }
}

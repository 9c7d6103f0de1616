package org.malassay.environments.container;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.malassay.environments.host.Owner;

/** The labels of what the project makes in an engine. */
final class GuestLabels {
  /** On every guest and image, of whatever run. */
  static final String KIND = "org.malassay";

  static final String GUEST = "guest";
  static final String RUN = "org.malassay.run";

  private GuestLabels() {}

  /**
   * The labels of a guest.
   *
   * @param life see {@link Owner#marks}
   */
  static Map<String, String> of(Owner owner, String run, Instant now, Duration life) {
    Map<String, String> labels = new HashMap<>(owner.marks(now, life));
    labels.put(KIND, GUEST);
    labels.put(RUN, run);
    return labels;
  }
}

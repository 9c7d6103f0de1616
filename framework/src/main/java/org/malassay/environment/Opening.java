package org.malassay.environment;

import java.util.Set;
import org.malassay.behavior.Facet;
import org.malassay.options.Options;

/**
 * What an environment is opened with.
 *
 * @param options the options in force
 * @param limits what every guest is given
 * @param run the id of the run, by which everything made for it is marked
 * @param recorded what is to be recorded of every sample, as far as this environment can
 */
public record Opening(Options options, Limits limits, String run, Set<Facet> recorded) {
  public Opening {
    recorded = Set.copyOf(recorded);
  }

  /** One that records nothing. */
  public Opening(Options options, Limits limits, String run) {
    this(options, limits, run, Set.of());
  }
}

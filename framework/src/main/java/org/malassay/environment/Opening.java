package org.malassay.environment;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.malassay.behavior.Facet;
import org.malassay.options.Options;

/**
 * What an environment is opened with.
 *
 * @param options the options in force
 * @param limits what every guest is given; their time is that of the kind of sample that has most,
 *     a sample's own is told by {@link Order#limits}
 * @param run the id of the run, by which everything made for it is marked
 * @param recorded what is to be recorded of every sample, as far as this environment can
 * @param defences the names of those that every guest is to have, of {@link
 *     EnvironmentProvider#defences}, in its order and each once; none mostly
 * @param logins whether samples are sessions of a remote login, too, for which guests must be ready
 * @param payloads what those sessions fetched when they were recorded: SHA-256 by URL, hostile text
 */
public record Opening(
    Options options,
    Limits limits,
    String run,
    Set<Facet> recorded,
    List<String> defences,
    boolean logins,
    Map<String, String> payloads) {
  public Opening {
    recorded = Set.copyOf(recorded);
    defences = List.copyOf(defences);
    payloads = Map.copyOf(payloads);
  }

  /** One whose sessions fetched nothing. */
  public Opening(
      Options options,
      Limits limits,
      String run,
      Set<Facet> recorded,
      List<String> defences,
      boolean logins) {
    this(options, limits, run, recorded, defences, logins, Map.of());
  }

  /** One without defences and logins. */
  public Opening(Options options, Limits limits, String run, Set<Facet> recorded) {
    this(options, limits, run, recorded, List.of(), /* logins= */ false);
  }

  /** One that records nothing. */
  public Opening(Options options, Limits limits, String run) {
    this(options, limits, run, Set.of());
  }

  /**
   * The name that the environment which is opened has to have.
   *
   * @param environment the provider's name
   */
  public String name(String environment) {
    return Defence.join(environment, defences);
  }
}

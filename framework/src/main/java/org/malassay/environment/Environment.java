package org.malassay.environment;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Origin;
import org.malassay.elf.Architecture;

/** A kind of place where samples run, ready to make guests. Safe for use by several threads. */
public interface Environment extends AutoCloseable {

  /** The name as given to {@code -Denv}, with its defences: {@link Opening#name}. */
  String name();

  /** The architectures of the programs that this environment is made for. Never empty. */
  Set<Architecture> architectures();

  /**
   * What a reader of the results must know of this environment, for the run's header: versions,
   * image digests, how ARM code is executed. In the order to be printed.
   */
  Map<String, String> facts();

  /** What a user should mend before trusting the results, each with what mends it; none mostly. */
  default List<String> warnings() {
    return List.of();
  }

  /**
   * What its guests tell of a sample, and where they see it; nothing by default. A facet that is
   * not named is not observed here.
   */
  default Map<Facet, Origin> observes() {
    return Map.of();
  }

  /**
   * Why facets that were to be recorded ({@link Opening#recorded}) are not: for each of them the
   * reason, with what mends it. Need not name those that this kind of environment never observes.
   */
  default Map<Facet, String> missing() {
    return Map.of();
  }

  /** How many guests may run side by side by default. */
  int defaultGuests();

  /**
   * Makes a pristine guest and waits until its web service answers.
   *
   * @throws GuestException if no guest could be made; a later attempt may succeed
   */
  Guest start() throws GuestException;

  /**
   * As {@link #start()}, with a word to environments that make guests ahead, so that they make none
   * for nothing.
   *
   * @param waiting how many samples are still to have a guest after this one, at most
   */
  default Guest start(int waiting) throws GuestException {
    return start();
  }

  /** Removes whatever is left of this environment's guests. Does not throw. */
  @Override
  void close();
}

package org.malassay.environments.internet;

import java.util.Optional;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.options.Options;

/**
 * What the guests of an environment find in their networks, as {@code -Dinternet} says it.
 *
 * @param <T> what makes the simulated Internets of guests
 * @param internet empty when guests have none
 * @param why there is none; of no meaning where there is one
 */
public record InternetChoice<T>(Optional<T> internet, String why) {
  /**
   * Opens the simulated Internet.
   *
   * @param <T> what makes those of guests
   */
  @FunctionalInterface
  public interface Opener<T> {
    /**
     * Opens it, and makes sure that it can be had.
     *
     * @throws EnvironmentException if it cannot be compiled
     * @throws GuestException if the kernel does not let it
     */
    T open() throws EnvironmentException, GuestException;
  }

  /** None. */
  public static <T> InternetChoice<T> none(String why) {
    return new InternetChoice<>(Optional.empty(), why);
  }

  /**
   * A simulated Internet where it can be had, unless the user wants none.
   *
   * @param where it is to be had, in messages
   * @throws EnvironmentException if the user named what cannot be had
   */
  public static <T> InternetChoice<T> of(Options options, String where, Opener<T> internet)
      throws EnvironmentException {
    Optional<InternetOptions.Mode> wanted = options.find(InternetOptions.INTERNET);
    if (wanted.equals(Optional.of(InternetOptions.Mode.NONE))) {
      return none("-Dinternet=none");
    }
    try {
      return new InternetChoice<>(Optional.of(internet.open()), "");
    } catch (EnvironmentException | GuestException e) {
      if (wanted.isPresent()) {
        throw new EnvironmentException(
            "-Dinternet=simulated cannot be had %s: %s".formatted(where, e.getMessage()), e);
      }
      return none("no simulated Internet can be had: " + e.getMessage());
    }
  }

  /**
   * What guests find, for the header of a run.
   *
   * @param without what they find when they have no simulated Internet
   */
  public String fact(String without) {
    return internet.isPresent()
        ? "a simulated Internet of the guest's own, which leads nowhere else"
        : "%s (%s)".formatted(without, why);
  }

  /** Why nothing is observed of the network; empty when it can be. */
  public Optional<String> missing() {
    return internet.isPresent()
        ? Optional.empty()
        : Optional.of("guests have no network (%s)".formatted(why));
  }
}

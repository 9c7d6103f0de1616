package org.malassay.environment;

import java.util.List;
import org.malassay.options.Option;

/**
 * Opens an environment by its name; found by {@link java.util.ServiceLoader}. This is all that a
 * third party implements, beside {@link Environment} and {@link Guest}, to add a place where
 * samples run.
 */
public interface EnvironmentProvider {

  /** The name for {@code -Denv}: lower-case letters, digits and hyphens. */
  String name();

  /**
   * The options that only this environment has, each named {@code <name>.<something>}; relatives,
   * such as {@code unikernel} and {@code unikernel-sealed}, may share one of the shorter name.
   */
  List<Option<?>> options();

  /**
   * The defences that it can be opened with, which {@code -Denv} names after a {@code +}; those it
   * has no means for here are named, too, and {@link #open} says why they cannot be had. None by
   * default.
   */
  default List<Defence> defences() {
    return List.of();
  }

  /**
   * Checks that everything needed is there, removes what killed runs left behind, builds the image
   * if its recipe changed. With {@link Opening#defences} the environment is named {@link
   * Opening#name}.
   *
   * @throws EnvironmentException if the environment cannot be used here
   */
  Environment open(Opening opening) throws EnvironmentException;
}

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
   * Checks that everything needed is there, removes what killed runs left behind, builds the image
   * if its recipe changed.
   *
   * @throws EnvironmentException if the environment cannot be used here
   */
  Environment open(Opening opening) throws EnvironmentException;
}

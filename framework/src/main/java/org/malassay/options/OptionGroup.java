package org.malassay.options;

import java.util.List;

/**
 * Options that belong together; found by {@link java.util.ServiceLoader}. {@code -Dhelp} lists
 * them, a name that is nearly one of theirs is refused, and those in force stand in the header of
 * the run. An environment or a report names its own options itself and needs no group.
 */
public interface OptionGroup {

  /** What stands above them in the help text, such as {@code Labels and scores}; one line. */
  String title();

  /**
   * The options, in the order of the help text. No two groups have one of the same name. Their
   * values are checked before a run is opened.
   */
  List<Option<?>> options();
}

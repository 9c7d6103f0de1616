package org.malassay.score;

import java.nio.file.Path;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.options.Values;

/** Which rules there are. */
public final class RuleOptions {
  public static final Option<Path> RULES =
      Option.optional(
          "rules",
          "FOLDER",
          "Sigma rules that are evaluated beside the project's own, such as a checkout of SigmaHQ's",
          Values::path);

  private RuleOptions() {}

  /**
   * The rules by which samples are scored.
   *
   * @throws OptionException if one of the user's is wrong; the message says which, and where
   */
  public static RuleBook rules(Options options) {
    try {
      return RuleBook.load(options.find(RULES));
    } catch (RuleException e) {
      throw new OptionException("-Drules: " + e.getMessage());
    }
  }
}

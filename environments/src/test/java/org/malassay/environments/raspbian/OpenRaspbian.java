package org.malassay.environments.raspbian;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.options.Options;

/** Opens the environment in a process of its own, which may have another view of the machine. */
final class OpenRaspbian {
  private OpenRaspbian() {}

  /** Options as {@code name=value}; prints why it cannot be opened. */
  public static void main(String[] options) throws EnvironmentException {
    Map<String, String> given = new HashMap<>();
    for (String option : options) {
      given.put(
          option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
    }
    Limits limits = new Limits(Duration.ofSeconds(10), 1, 256L << 20, 1, 1, 1);
    try (Environment environment =
        new RaspbianProvider().open(new Opening(Options.of(given), limits, "other"))) {
      System.out.println("opened " + environment.facts());
    } catch (EnvironmentException e) {
      System.out.println("message: " + e.getMessage());
    }
  }
}

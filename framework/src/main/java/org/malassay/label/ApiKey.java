package org.malassay.label;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.malassay.options.OptionException;

/** The key to a service. It comes from the environment only, and is never printed. */
final class ApiKey {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.~-]{1,512}");

  private final String secret;

  private ApiKey(String secret) {
    this.secret = secret;
  }

  /**
   * The key in an environment variable; empty when it is absent or blank.
   *
   * @throws OptionException if it holds what no key holds; the message does not show it
   */
  static Optional<ApiKey> from(Map<String, String> environment, String variable) {
    String text = environment.getOrDefault(variable, "").strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!FORM.matcher(text).matches()) {
      // Checked here, as the HTTP client would show it in the message of its exception.
      throw new OptionException(
          "the environment variable "
              + variable
              + " holds something that is not a key: letters, digits and -_.~ only");
    }
    return Optional.of(new ApiKey(text));
  }

  /** The key itself. */
  String secret() {
    return secret;
  }

  /** The text with the key made unreadable wherever it is in there. */
  String removedFrom(String text) {
    return text.replace(secret, "***");
  }

  @Override
  public String toString() {
    return "***";
  }
}

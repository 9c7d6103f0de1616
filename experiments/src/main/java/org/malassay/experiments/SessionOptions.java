package org.malassay.experiments;

import java.util.List;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;
import org.malassay.options.Values;
import org.malassay.sample.LoginSession;

/** Which of the project's own login sessions are typed in the place of its samples. */
public final class SessionOptions implements OptionGroup {
  /** Of sessions, each with a folder in {@code experiments/sessions}. */
  static final List<String> GROUPS = List.of("infections", "administration", "bypasses");

  /** Where {@code -Dsamples} names others, it says nothing. */
  public static final Option<List<String>> SESSIONS =
      Option.optional(
          "sessions",
          "GROUP,...",
          "type Malassay's own login sessions, in the place of its own samples: infections (what"
              + " bots type), administration (21 tasks that a defence should leave alone), bypasses"
              + " (ways around a defence); in a checkout only",
          SessionOptions::groups);

  /** The login by which they are typed. */
  static final Option<LoginSession.Protocol> PROTOCOL =
      Option.of(
          "sessions.protocol",
          "telnet|ssh",
          "telnet",
          "the login by which -Dsessions are typed",
          SessionOptions::protocol);

  private static List<String> groups(String text) {
    List<String> groups = Values.names(text);
    if (!GROUPS.containsAll(groups)) {
      throw new IllegalArgumentException("the groups are " + String.join(", ", GROUPS));
    }
    return groups;
  }

  private static LoginSession.Protocol protocol(String text) {
    return LoginSession.Protocol.find(text)
        .orElseThrow(() -> new IllegalArgumentException("a login is by telnet or ssh"));
  }

  @Override
  public String title() {
    return "Malassay's own login sessions";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(SESSIONS, PROTOCOL);
  }
}

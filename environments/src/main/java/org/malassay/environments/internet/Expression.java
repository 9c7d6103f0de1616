package org.malassay.environments.internet;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** A regular expression over bytes, with the names of its groups. */
record Expression(Pattern pattern, List<String> groups) {
  private static final Pattern GROUP = Pattern.compile("\\(\\?<([a-zA-Z][a-zA-Z0-9]*)>");

  @JsonCreator
  static Expression of(String text) {
    try {
      List<String> groups = new ArrayList<>();
      for (Matcher group = GROUP.matcher(text); group.find(); ) {
        groups.add(group.group(1));
      }
      return new Expression(Pattern.compile(text, Pattern.DOTALL), List.copyOf(groups));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "no regular expression: %s (%s)".formatted(text, e.getDescription()), e);
    }
  }

  /** Puts what the groups hold into the variables. */
  void keep(Matcher matched, Map<String, String> variables) {
    for (String group : groups) {
      @Nullable String value = matched.group(group);
      if (value != null) {
        variables.put(group, value);
      }
    }
  }
}

package org.malassay.environments.defence;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether defences do what they are for: what they forbid is refused to a remote login, what they
 * must allow works for it, and all works for whoever is none.
 *
 * @param defences all that the guest has
 */
public record DefenceCheck(List<GuestDefence> defences) {
  private static final String WORKS = "works";
  private static final String FOLDER = "/tmp/malassay-check";
  private static final String PROGRAM = "/usr/local/sbin/" + DefencePrograms.CHECK;

  public DefenceCheck {
    defences = List.copyOf(defences);
  }

  /** What a guest's root is to run as a remote login. */
  public String asLogin() {
    return command(
        defences.stream()
            .map(GuestDefence::entry)
            .distinct()
            .map(entry -> String.join(" ", entry) + " ")
            .collect(Collectors.joining()));
  }

  /** The same as whoever else. */
  public String asOther() {
    return command("");
  }

  private static String command(String entry) {
    return "%1$s prepare %2$s 2>&1 && %3$s%1$s try %2$s 2>&1; rm -rf %2$s"
        .formatted(PROGRAM, FOLDER, entry);
  }

  /**
   * Why they are not to be trusted; empty when they are.
   *
   * @param login what {@link #asLogin} said
   * @param other what {@link #asOther} said
   */
  public Optional<String> failure(String login, String other) {
    Set<Attempt> refused = EnumSet.noneOf(Attempt.class);
    defences.forEach(it -> refused.addAll(it.refused()));
    Set<Attempt> allowed = EnumSet.copyOf(GuestDefence.ALLOWED);
    allowed.removeAll(refused);
    List<String> wrong = new ArrayList<>();
    Map<Attempt, String> logins = read(login);
    Map<Attempt, String> others = read(other);
    for (Attempt attempt : Attempt.values()) {
      String byLogin = logins.getOrDefault(attempt, "");
      String byOther = others.getOrDefault(attempt, "");
      if (byLogin.isEmpty() || byOther.isEmpty()) {
        wrong.add(attempt.word() + " was not tried");
      } else if (refused.contains(attempt) && byLogin.equals(WORKS)) {
        wrong.add(attempt.word() + " works for a remote login");
      } else if (allowed.contains(attempt) && !byLogin.equals(WORKS)) {
        wrong.add("%s fails for a remote login (%s)".formatted(attempt.word(), byLogin));
      }
      if (!byOther.isEmpty() && !byOther.equals(WORKS)) {
        wrong.add("%s fails for others (%s)".formatted(attempt.word(), byOther));
      }
    }
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the guest's defences %s do not do what they are for: %s%s"
                .formatted(
                    defences.stream().map(GuestDefence::name).collect(Collectors.joining(", ")),
                    String.join("; ", wrong),
                    logins.isEmpty() ? "; the check said: " + shown(login) : ""));
  }

  private static String shown(String said) {
    return said.isBlank() ? "nothing" : said.strip().replaceAll("[^ -~]+", " ");
  }

  private static Map<Attempt, String> read(String said) {
    Map<Attempt, String> all = new EnumMap<>(Attempt.class);
    for (String line : said.lines().toList()) {
      String[] words = line.split(" ", 2);
      if (words.length == 2) {
        Attempt.of(words[0]).ifPresent(attempt -> all.put(attempt, words[1].strip()));
      }
    }
    return all;
  }
}

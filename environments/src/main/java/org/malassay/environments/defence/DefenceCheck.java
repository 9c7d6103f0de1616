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
  /** The first argument of {@code check.c} that has it do all. */
  public static final String BOTH = "both";

  private static final String WORKS = "works";
  private static final String UNTRIED = "not tried";
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
    List<String> wrong = wrong("a remote login", refused, read(login));
    Map<Attempt, String> others = read(other);
    for (Attempt attempt : Attempt.values()) {
      String byOther = others.getOrDefault(attempt, UNTRIED);
      if (!byOther.equals(WORKS)) {
        wrong.add("%s fails for others (%s)".formatted(attempt.word(), byOther));
      }
    }
    return told(defences.stream().map(GuestDefence::name).toList(), wrong, login);
  }

  /**
   * The same of defences that hold for samples themselves, whatever else fails for those.
   *
   * @param names of the defences
   * @param refused what is to be refused
   * @param said by {@code check.c}, with {@link #BOTH} as its first argument
   */
  public static Optional<String> failure(List<String> names, Set<Attempt> refused, String said) {
    return told(names, wrong("a sample", refused, read(said)), said);
  }

  private static List<String> wrong(
      String who, Set<Attempt> refused, Map<Attempt, String> results) {
    List<String> wrong = new ArrayList<>();
    for (Attempt attempt : Attempt.values()) {
      String result = results.getOrDefault(attempt, UNTRIED);
      if (refused.contains(attempt) && (result.equals(WORKS) || result.equals(UNTRIED))) {
        wrong.add("%s is not refused to %s (%s)".formatted(attempt.word(), who, result));
      } else if (GuestDefence.ALLOWED.contains(attempt)
          && !refused.contains(attempt)
          && !result.equals(WORKS)) {
        wrong.add("%s fails for %s (%s)".formatted(attempt.word(), who, result));
      }
    }
    return wrong;
  }

  private static Optional<String> told(List<String> names, List<String> wrong, String said) {
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the guests' defences %s do not do what they are for: %s%s"
                .formatted(
                    String.join(", ", names),
                    String.join("; ", wrong),
                    read(said).isEmpty() ? "; the check said: " + shown(said) : ""));
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

package org.malassay.environments.internet;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the simulated Internet gives out for a program: one for each architecture that says who it
 * is and ends, made of {@code environments/internet/harmless.c}.
 */
public final class HarmlessPrograms {
  /** None at all: every program is an empty page. */
  public static final HarmlessPrograms NONE = new HarmlessPrograms(Map.of());

  private final Map<String, byte[]> programs;

  /**
   * @param programs by the name of their architecture; they are not changed any more
   */
  HarmlessPrograms(Map<String, byte[]> programs) {
    this.programs = Map.copyOf(programs);
  }

  /** The program for an architecture such as {@code arm}; empty when its compiler was not there. */
  Optional<byte[]> find(String architecture) {
    return Optional.ofNullable(programs.get(architecture));
  }

  /** The architectures of those that there are, in the order of their names. */
  public Set<String> architectures() {
    return new TreeSet<>(programs.keySet());
  }
}

package org.malassay.infection;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How far a login session came.
 *
 * @param typed how many of its commands were typed
 * @param commands how many it has
 * @param stages that were seen, in their order
 * @param rules the digest of the rules by which they were found
 */
public record Infection(int typed, int commands, List<StageSeen> stages, String rules) {
  public Infection {
    stages = List.copyOf(stages);
  }

  /** Whether it ended before all of it was typed: at a limit, or since the login was closed. */
  @JsonIgnore
  public boolean isCut() {
    return typed < commands;
  }

  /** The last stage that it reached; empty when it reached none. */
  public Optional<String> last() {
    return stages.stream()
        .filter(StageSeen::succeeded)
        .map(StageSeen::stage)
        .reduce((earlier, later) -> later);
  }

  /** The stages that it reached, with blanks between: {@code 1 2 4a}. */
  public String reached() {
    return inOneLine(true);
  }

  /** The stages of which nothing but attempts was seen, with blanks between. */
  public String refused() {
    return inOneLine(false);
  }

  private String inOneLine(boolean succeeded) {
    return stages.stream()
        .filter(it -> it.succeeded() == succeeded)
        .map(StageSeen::stage)
        .collect(Collectors.joining(" "));
  }
}

package org.malassay.infection;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far a login session came.
 *
 * @param typed how many of its commands were typed
 * @param commands how many it has
 * @param stages that were seen, in their order
 * @param rules the digest of the rules by which they were found
 */
public record Infection(int typed, int commands, List<StageSeen> stages, String rules) {
  /** In the place of a last stage: none was reached. */
  public static final String NONE = "none";

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
    return stages(true).reduce((earlier, later) -> later);
  }

  /** The last stage that it reached, or {@link #NONE}. */
  public String lastOrNone() {
    return last().orElse(NONE);
  }

  /** The stages that it reached and another one did not, in their order. */
  public List<String> reachedBeyond(Infection other) {
    List<String> its = other.stages(true).toList();
    return stages(true).filter(stage -> !its.contains(stage)).toList();
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
    return stages(succeeded).collect(Collectors.joining(" "));
  }

  private Stream<String> stages(boolean succeeded) {
    return stages.stream().filter(it -> it.succeeded() == succeeded).map(StageSeen::stage);
  }
}

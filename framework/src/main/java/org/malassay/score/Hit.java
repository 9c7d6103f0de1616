package org.malassay.score;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A rule with the event that fulfils it: the first one that succeeded, else the first attempt.
 *
 * @param rule the id of the rule
 * @param title of the rule
 * @param author of the rule
 * @param techniques of the rule
 * @param level of the rule
 * @param dimensions of the rule
 * @param part from 0 to 1: what it takes of what a dimension has left to 10
 * @param succeeded false when all that fulfilled it were attempts that failed
 * @param count how often it was fulfilled
 * @param at when the event was, since the sample's start
 * @param process whose it was, where that is known
 * @param program that the process ran; may be empty: hostile text
 * @param event in words, at most 200 characters of it: hostile text
 * @param origin where the event was seen
 * @param forgeable true when the sample could have lied
 * @param confidence of the rule, from 0 to 1; empty in a row of an earlier version
 */
public record Hit(
    String rule,
    String title,
    Optional<String> author,
    List<String> techniques,
    Level level,
    List<Dimension> dimensions,
    double part,
    boolean succeeded,
    long count,
    Duration at,
    OptionalInt process,
    String program,
    String event,
    String origin,
    boolean forgeable,
    OptionalDouble confidence) {

  public Hit {
    techniques = List.copyOf(techniques);
    dimensions = List.copyOf(dimensions);
  }

  /** The title as it stands in a list of titles, which has semicolons between them. */
  public String listed() {
    return title.replace(';', ',');
  }

  /** What it would count by itself, from 0 to 10. */
  public double points() {
    return 10 * part;
  }
}

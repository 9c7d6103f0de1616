package org.malassay.infection;

import java.time.Duration;

/**
 * A stage of an infection, with the first event that tells of it: the first that succeeded, else
 * the first attempt.
 *
 * @param stage its number, such as {@code 4a}
 * @param succeeded false when all that was seen of it were attempts that failed
 * @param count how many events told of it
 * @param command the number of the command that caused the event, from 1
 * @param at when that was, since the sample's start
 * @param what the title of the rule
 * @param event in words: hostile text
 */
public record StageSeen(
    String stage,
    boolean succeeded,
    long count,
    int command,
    Duration at,
    String what,
    String event) {

  /** The same one, as an attempt. */
  StageSeen refused() {
    return new StageSeen(stage, false, count, command, at, what, event);
  }

  /** The same one, seen once more. */
  StageSeen again() {
    return new StageSeen(stage, succeeded, count + 1, command, at, what, event);
  }

  /** This one in the place of an earlier attempt. */
  StageSeen after(StageSeen attempt) {
    return new StageSeen(stage, succeeded, attempt.count + 1, command, at, what, event);
  }
}

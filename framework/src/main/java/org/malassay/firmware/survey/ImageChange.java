package org.malassay.firmware.survey;

/**
 * Something that is otherwise in one image than in another.
 *
 * @param what such as {@code program}, {@code component}, {@code kernel}, {@code start}, {@code
 *     account}
 * @param name of the thing: a path, a component, an option; hostile
 * @param before in words; empty of what was added
 * @param after in words; empty of what was removed
 */
public record ImageChange(Kind kind, String what, String name, String before, String after) {
  /** Which way it went. */
  public enum Kind {
    ADDED,
    REMOVED,
    /** Neither better nor worse, as far as can be told. */
    CHANGED,
    HARDENED,
    WEAKENED
  }
}

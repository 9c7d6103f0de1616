package org.malassay.score;

import java.util.List;
import java.util.Optional;

/**
 * What a rule says of itself; what it looks for is compiled beside it.
 *
 * @param id as in its file: a UUID, where its author gave one
 * @param title in one line: text of a user, as is all of a rule
 * @param author whom the Detection Rule License has named with each hit; empty when it has none
 * @param techniques of ATT&amp;CK, such as {@code T1053.003}
 * @param references where its author knows of it from
 * @param level how grave it is
 * @param dimensions whom it hits; in their order
 * @param confidence from 0 to 1: how sure it is that what fulfils the rule is what it tells of
 * @param attempt from 0 to 1: what an attempt that failed counts of one that succeeded
 * @param was the technique's id before version 19 of ATT&amp;CK
 * @param stage of an infection that it tells of, such as {@code 4a}; empty for most rules
 * @param file where it stands
 */
public record Rule(
    String id,
    String title,
    Optional<String> author,
    List<String> techniques,
    List<String> references,
    Level level,
    List<Dimension> dimensions,
    double confidence,
    double attempt,
    Optional<String> was,
    Optional<String> stage,
    String file) {

  public Rule {
    techniques = List.copyOf(techniques);
    references = List.copyOf(references);
    dimensions = List.copyOf(dimensions);
  }
}

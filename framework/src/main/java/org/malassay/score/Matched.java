package org.malassay.score;

import java.util.List;

/**
 * What the rules found in the events of one sample.
 *
 * @param hits in the order in which each rule was first fulfilled
 * @param givenUp how many comparisons with a regular expression were given up: a hostile text can
 *     make one take for ever, and no rule is fulfilled by what was not compared to its end
 */
public record Matched(List<Hit> hits, long givenUp) {
  /** Of a sample of which there are no events. */
  public static final Matched NOTHING = new Matched(List.of(), 0);

  public Matched {
    hits = List.copyOf(hits);
  }
}

package org.malassay.run;

import java.util.List;

/**
 * What a journal held when it was read.
 *
 * @param results one a sample, environment and repetition, the last one where it was run again, in
 *     the order in which they were journaled
 * @param damage the lines that are damaged, in words; their rows are lost. The unfinished line of a
 *     killed run is none
 */
public record Journaled(List<Result> results, List<String> damage) {
  public Journaled {
    results = List.copyOf(results);
    damage = List.copyOf(damage);
  }
}

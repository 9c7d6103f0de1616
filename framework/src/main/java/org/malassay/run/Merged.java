package org.malassay.run;

import java.util.List;

/**
 * What a run was merged of.
 *
 * @param runs the ids of the runs
 * @param lost what of them, or of the whole corpus, is not there, in words, one line each
 */
public record Merged(List<String> runs, List<String> lost) {
  public Merged {
    runs = List.copyOf(runs);
    lost = List.copyOf(lost);
  }
}

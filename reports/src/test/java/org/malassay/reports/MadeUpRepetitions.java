package org.malassay.reports;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Cause;

/** Samples that were measured three times, and of which most did not do the same each time. */
public final class MadeUpRepetitions {
  private MadeUpRepetitions() {}

  /** A run of them. */
  public static RunDirectory run(Path runs) throws IOException {
    return MadeUp.run(runs, rows());
  }

  /** The rows, and one of a sample that was measured once. */
  public static List<Result> rows() {
    List<Result> rows = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      MadeUp.Row flaky = MadeUp.row("container", "flaky").repetition(i);
      rows.add(
          (i == 2 ? flaky.notExecutable(Cause.Type.EXIT_STATUS, "1").overhead(4000) : flaky)
              .build());
      rows.add(
          MadeUp.row("container", "causes")
              .repetition(i)
              .notExecutable(i == 1 ? Cause.Type.ABORT : Cause.Type.BUS_ERROR, "")
              .build());
      MadeUp.Row hits = MadeUp.row("container", "hits").repetition(i);
      rows.add(
          (i == 3
                  ? hits.hits(MadeUp.hit("1", "Scans"))
                  : hits.hits(MadeUp.hit("1", "Scans"), MadeUp.hit("2", "Stays")))
              .build());
      MadeUp.Row lost = MadeUp.row("container", "lost").repetition(i);
      rows.add((i == 1 ? lost.inconclusive("gone") : lost).build());
      rows.add(MadeUp.row("container", "same").repetition(i).build());
    }
    rows.add(MadeUp.row("container", "once").build());
    return rows;
  }
}

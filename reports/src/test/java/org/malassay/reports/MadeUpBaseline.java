package org.malassay.reports;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.report.Baseline;
import org.malassay.report.NamedRun;
import org.malassay.report.Runs;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Cause;

/** Two runs of which something of everything has changed, and neither of which happened. */
public final class MadeUpBaseline {
  private MadeUpBaseline() {}

  /** The run that was before. */
  public static RunDirectory before(Path runs) throws IOException {
    return MadeUp.run(
        runs,
        MadeUp.header(
            "before",
            Map.of("time.limit", "10s", "env", "container", "out", "elsewhere"),
            Map.of("malassay", "0.1.0", "java", "17"),
            Map.of("container", Map.of("image", "debian <b>12</b>"), "gone", Map.of("a", "b"))),
        List.of(
            MadeUp.row("container", "became")
                .notExecutable(Cause.Type.MISSING_LIBRARY, "libx")
                .build("before"),
            MadeUp.row("container", "cause")
                .notExecutable(Cause.Type.NO_LOADER, "")
                .build("before"),
            MadeUp.row("container", "hits").hits(MadeUp.hit("1", "Scans <b>")).build("before"),
            MadeUp.row("container", "lost").build("before"),
            MadeUp.row("container", "same").build("before"),
            MadeUp.row("container", "stopped").build("before"),
            MadeUp.row("container", "unseen").unseen().build("before"),
            MadeUp.row("container", "untold").build("before"),
            MadeUp.row("gone", "same").build("before")));
  }

  /** The one that is compared with it. */
  public static RunDirectory after(Path runs) throws IOException {
    return MadeUp.run(
        runs,
        MadeUp.header(
            "after",
            Map.of("time.limit", "20s", "env", "container", "out", "here"),
            Map.of("malassay", "0.2.0", "java", "17"),
            Map.of("container", Map.of("image", "debian <b>13</b>"), "new", Map.of("a", "c"))),
        List.of(
            MadeUp.row("container", "became").threatScore(6).build("after"),
            MadeUp.row("container", "cause").notExecutable(Cause.Type.ABORT, "").build("after"),
            MadeUp.row("container", "hits")
                .hits(MadeUp.hit("1", "Scans <b>"), MadeUp.hit("2", "Stays"))
                .threatScore(4)
                .build("after"),
            MadeUp.row("container", "same").build("after"),
            MadeUp.row("container", "stopped")
                .notExecutable(Cause.Type.NEEDS_PROCESS, "fork")
                .build("after"),
            MadeUp.row("container", "unseen").build("after"),
            MadeUp.row("container", "untold").inconclusive("engine gone").build("after"),
            MadeUp.row("new", "same").build("after")));
  }

  /** The one against the other. */
  public static Runs compared(Path runs) throws IOException {
    return against(after(runs), before(runs));
  }

  /** A run against another. */
  public static Runs against(RunDirectory run, RunDirectory baseline) throws IOException {
    return Runs.of(run)
        .against(
            Optional.of(
                Baseline.read(
                    NamedRun.find(
                        Baseline.OPTION,
                        baseline.header().id(),
                        baseline.path().resolveSibling(".")))));
  }

  /** The same results once more. */
  public static Runs unchanged(Path runs) throws IOException {
    List<Result> rows =
        List.of(MadeUp.row("container", "a").build(), MadeUp.row("container", "b").build());
    return against(MadeUp.run(runs, "now", rows), MadeUp.run(runs, "then", rows));
  }
}

package org.malassay.reports;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.malassay.environment.Variant;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Cause;

/** Runs of one corpus in two variants of an environment. */
public final class MadeUpVariants {
  private MadeUpVariants() {}

  /** The first run: with an emulator. */
  public static RunDirectory emulated(Path runs) throws IOException {
    return run(
        runs,
        "emulated",
        new Variant("qemu-user", "container.kernel", "host"),
        List.of(
            MadeUp.row("container", "a/same").build("emulated"),
            MadeUp.row("container", "b/odd").refusedByEmulator("odd words").build("emulated"),
            MadeUp.row("container", "c/wide")
                .notExecutable(Cause.Type.WRONG_ARCHITECTURE, "aarch64")
                .build("emulated"),
            MadeUp.row("container", "d/many")
                .notExecutable(Cause.Type.ABORT, "")
                .note("met a <limit>")
                .build("emulated"),
            MadeUp.row("container", "e/untold")
                .notExecutable(Cause.Type.ABORT, "")
                .note("cut")
                .build("emulated")));
  }

  /** The second run, with a kernel, and beside it another environment. */
  public static RunDirectory withKernel(Path runs) throws IOException {
    return run(
        runs,
        "kernel",
        new Variant("ARM kernel", "container.kernel", "arm"),
        List.of(
            MadeUp.row("container", "a/same").build("kernel"),
            MadeUp.row("container", "b/odd").build("kernel"),
            MadeUp.row("container", "c/wide").build("kernel"),
            MadeUp.row("container", "d/many").build("kernel"),
            MadeUp.row("container", "e/untold")
                .notExecutable(Cause.Type.BUS_ERROR, "")
                .note("cut")
                .build("kernel"),
            MadeUp.row("raspbian", "a/same").build("kernel"),
            MadeUp.row("raspbian", "b/odd").build("kernel")));
  }

  private static RunDirectory run(Path runs, String id, Variant variant, List<Result> rows)
      throws IOException {
    boolean isEmulated = id.equals("emulated");
    return MadeUp.run(
        runs,
        MadeUp.header(
            id,
            Map.of("time.limit", "10s", "env", id, variant.option(), variant.value()),
            Map.of("malassay", "0.1.0"),
            isEmulated
                ? Map.of("container", Map.of(Variant.FACT, variant.fact()))
                : Map.of(
                    "container",
                    Map.of(Variant.FACT, variant.fact()),
                    "raspbian",
                    Map.of("image", "x"))),
        rows);
  }
}

package org.malassay.run;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/** The ids of runs: they begin with the time, so that their order by name is that by age. */
public final class RunId {
  private RunId() {}

  /** That of a run which begins now. Its shard keeps those apart that begin at the same time. */
  public static String fresh(Shard shard) {
    return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .withZone(ZoneOffset.UTC)
            .format(Instant.now())
        + "-%04x".formatted(ThreadLocalRandom.current().nextInt(0x10000))
        + (shard.isWhole() ? "" : "-%dof%d".formatted(shard.index(), shard.total()));
  }
}

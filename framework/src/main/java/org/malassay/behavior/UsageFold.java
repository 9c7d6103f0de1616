package org.malassay.behavior;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.malassay.behavior.Behavior.UsageTotal;

/** What a guest used in all. */
final class UsageFold {
  private static final UsageTotal NOTHING =
      new UsageTotal(
          Duration.ZERO, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  private Optional<UsageTotal> total = Optional.empty();

  void accept(Usage used) {
    UsageTotal before = total.orElse(NOTHING);
    total =
        Optional.of(
            new UsageTotal(
                used.cpu().compareTo(before.cpu()) > 0 ? used.cpu() : before.cpu(),
                larger(
                    before.peakMemoryBytes(), larger(used.memoryBytes(), used.peakMemoryBytes())),
                larger(before.packetsSent(), used.packetsSent()),
                larger(before.packetsReceived(), used.packetsReceived())));
  }

  private static OptionalLong larger(OptionalLong a, OptionalLong b) {
    return a.isEmpty() || (b.isPresent() && b.getAsLong() > a.getAsLong()) ? b : a;
  }

  Optional<UsageTotal> total() {
    return total;
  }
}

package org.malassay.environment;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Usage;

/**
 * What a guest has used since it was started. What its kind of guest cannot measure is empty.
 *
 * @param cpu the processor time
 * @param memoryBytes the memory in use
 * @param peakMemoryBytes the most memory that was ever in use
 * @param processes the number of processes and threads
 * @param packetsSent how many packets left the guest
 * @param packetsReceived how many came in
 */
public record Used(
    Duration cpu,
    OptionalLong memoryBytes,
    OptionalLong peakMemoryBytes,
    OptionalInt processes,
    OptionalLong packetsSent,
    OptionalLong packetsReceived) {

  /**
   * What of it was used since an earlier moment.
   *
   * @param before what had been used by then
   * @param at the time of the event
   * @param origin who measures it
   */
  public Usage since(Used before, Duration at, Origin origin) {
    return new Usage(
        at,
        origin,
        cpu.compareTo(before.cpu) > 0 ? cpu.minus(before.cpu) : Duration.ZERO,
        memoryBytes,
        peakMemoryBytes,
        processes,
        growth(before.packetsSent, packetsSent),
        growth(before.packetsReceived, packetsReceived));
  }

  /** The same, by a guest whose packets somebody else counts. */
  public Used withPackets(long sent, long received) {
    return new Used(
        cpu,
        memoryBytes,
        peakMemoryBytes,
        processes,
        OptionalLong.of(sent),
        OptionalLong.of(received));
  }

  private static OptionalLong growth(OptionalLong before, OptionalLong after) {
    return before.isPresent() && after.isPresent()
        ? OptionalLong.of(Math.max(0, after.getAsLong() - before.getAsLong()))
        : OptionalLong.empty();
  }
}

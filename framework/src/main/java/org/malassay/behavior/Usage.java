package org.malassay.behavior;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the guest used up to one moment; taken at intervals. What an environment cannot measure is
 * empty.
 *
 * @param cpu the processor time since the sample's start
 * @param memoryBytes the memory in use
 * @param peakMemoryBytes the most memory that was ever in use
 * @param processes the number of processes and threads
 * @param packetsSent how many packets left the guest since the sample's start
 * @param packetsReceived how many came in
 */
public record Usage(
    Duration at,
    Origin origin,
    Duration cpu,
    OptionalLong memoryBytes,
    OptionalLong peakMemoryBytes,
    OptionalInt processes,
    OptionalLong packetsSent,
    OptionalLong packetsReceived)
    implements Event {

  static final EventKind<Usage> KIND =
      new EventKind<>("usage", Usage.class, Facet.USAGE, "host", "info", Usage::write, Usage::read);

  private void write(Fields to) {
    to.put(Field.CPU, cpu);
    to.put(Field.MEMORY, memoryBytes);
    to.put(Field.MEMORY_PEAK, peakMemoryBytes);
    to.put(Field.PROCESSES, processes);
    to.put(Field.PACKETS_SENT, packetsSent);
    to.put(Field.PACKETS_RECEIVED, packetsReceived);
  }

  private static Usage read(Fields from) {
    return new Usage(
        from.at(),
        from.origin(),
        from.duration(Field.CPU),
        from.findNumber(Field.MEMORY),
        from.findNumber(Field.MEMORY_PEAK),
        from.findInteger(Field.PROCESSES),
        from.findNumber(Field.PACKETS_SENT),
        from.findNumber(Field.PACKETS_RECEIVED));
  }
}

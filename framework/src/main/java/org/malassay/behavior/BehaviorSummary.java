package org.malassay.behavior;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a sample did, in numbers. A number means something only where its facet was recorded: see
 * {@link Recording}.
 *
 * @param calls the system calls that it made, told one by one or counted
 * @param processes those that it had, its first one included
 * @param programs how often one of them executed a program, the sample itself included
 * @param filesChanged the paths at which it made, wrote, renamed or removed something
 * @param conversations those that it had with the network
 * @param kinds how many different things it did
 * @param filesKept those whose contents are in the evidence
 * @param cpuMs the processor time of its guest; empty when nobody measured it
 * @param peakMemoryBytes the most memory that its guest had in use; empty likewise
 * @param saturation whether it still did something new when it was stopped, in words; empty in a
 *     row of an earlier version
 */
public record BehaviorSummary(
    long calls,
    long processes,
    long programs,
    long filesChanged,
    long conversations,
    int kinds,
    long filesKept,
    OptionalLong cpuMs,
    OptionalLong peakMemoryBytes,
    Optional<String> saturation) {}

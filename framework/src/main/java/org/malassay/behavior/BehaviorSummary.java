package org.malassay.behavior;

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
 */
public record BehaviorSummary(
    long calls, long processes, long programs, long filesChanged, long conversations, int kinds) {}

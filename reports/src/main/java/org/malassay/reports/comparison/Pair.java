package org.malassay.reports.comparison;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Two environments beside each other, by the samples that were run in both.
 *
 * @param first the name of the one
 * @param second the name of the other
 * @param samples those with an answer in both
 * @param verdicts how their verdicts differ
 * @param verdictsP its p, corrected by Holm for all pairs of environments that were tested; empty
 *     where no sample has an answer in both
 * @param threat how their threat scores differ; empty where none has one in both
 * @param threatP its p, corrected likewise
 * @param impact how their impact scores differ; empty where none has one in both
 * @param impactP its p, corrected likewise
 */
public record Pair(
    String first,
    String second,
    int samples,
    McNemar verdicts,
    OptionalDouble verdictsP,
    Optional<ScoreShift> threat,
    OptionalDouble threatP,
    Optional<ScoreShift> impact,
    OptionalDouble impactP) {}

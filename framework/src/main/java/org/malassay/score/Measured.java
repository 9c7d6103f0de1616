package org.malassay.score;

/**
 * An impact that was measured, without a rule.
 *
 * @param dimension whom it hits
 * @param points from 0 to 10
 * @param words what was measured
 */
public record Measured(Dimension dimension, double points, String words) {}

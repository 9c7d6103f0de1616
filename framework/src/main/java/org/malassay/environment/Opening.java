package org.malassay.environment;

import org.malassay.options.Options;

/**
 * What an environment is opened with.
 *
 * @param options the options in force
 * @param limits what every guest is given
 * @param run the id of the run, by which everything made for it is marked
 */
public record Opening(Options options, Limits limits, String run) {}

package org.malassay.environments.contract;

import java.nio.file.Path;
import java.time.Duration;
import org.malassay.environment.Execution;
import org.malassay.environment.Probe;

/**
 * One sample in one guest.
 *
 * @param before what the service answered before the sample ran
 * @param after what it answered then
 * @param wall how long the run took as seen from here
 * @param evidence the folder of what the guest knew besides
 */
public record Assay(Execution execution, Probe before, Probe after, Duration wall, Path evidence) {}

/**
 * What was seen of a sample. An environment streams {@link Event}s while the sample runs; a {@link
 * Recording} says of each {@link Facet} whether it was observed, cut, missing or off; an {@link
 * EventLog} keeps the events; a behavior is what they add up to. Knows no environment, no sample
 * and no report.
 *
 * <p>All text in an event may be hostile: paths, arguments, names and first bytes are what the
 * sample chose.
 */
@NullMarked
package org.malassay.behavior;

import org.jspecify.annotations.NullMarked;

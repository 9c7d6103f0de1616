/**
 * Makes events of what a source tells: a class a source, which takes one stream of records and can
 * be tested on a recording of it. The eBPF recorder of {@code environments/recorder} is the source
 * here: {@link Recorder} understands its stream and keeps the guests apart, {@link GuestTrace}
 * makes events of the records of one guest.
 *
 * <p>What comes in may be hostile, even if the recorder is not: strings, numbers and order are what
 * samples chose, and a recorder in a guest can have been replaced by its sample.
 */
@NullMarked
package org.malassay.environments.tracing;

import org.jspecify.annotations.NullMarked;

package org.malassay.environments.contract;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.malassay.behavior.Event;
import org.malassay.behavior.UnsupportedCallFold;
import org.malassay.environment.Execution;
import org.malassay.environment.Probe;

/**
 * One sample in one guest.
 *
 * @param before what the service answered before the sample ran
 * @param after what it answered then
 * @param wall how long the run took as seen from here
 * @param events what it told while the sample ran
 * @param evidence the folder of what the guest knew besides
 */
public record Assay(
    Execution execution,
    Probe before,
    Probe after,
    Duration wall,
    List<Event> events,
    Path evidence)
    implements ToldEvents {

  /** The system calls that the environment lacks, such as {@code fork ENOSYS 3}. */
  public List<String> unsupported() {
    UnsupportedCallFold fold = new UnsupportedCallFold();
    events.forEach(fold::accept);
    return fold.calls().stream()
        .map(call -> "%s %s %d".formatted(call.name(), call.error(), call.count()))
        .toList();
  }
}

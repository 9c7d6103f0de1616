package org.malassay.environment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.malassay.behavior.Recording;

/**
 * What happened when a sample was run.
 *
 * @param ending how it ended
 * @param started when it was started, by the clock of the host
 * @param duration from the start of the sample to its end
 * @param observed from the start of the sample to the end of its observation; no less than its
 *     duration
 * @param cpu the processor time that the sample and its children got, where it could be measured
 * @param stdout what it wrote to its standard output
 * @param stderr what it wrote to its standard error
 * @param outOfMemory true when the guest's kernel killed a process for want of memory
 * @param survivors how many processes of the sample outlived its first one
 * @param refusedForks how often a limit on processes and threads refused one; 0 where that cannot
 *     be told
 * @param recording what of it was recorded; a guest that tells no events records nothing
 * @param notes what a reader of the row should know besides, one line each; none mostly
 */
public record Execution(
    Ending ending,
    Instant started,
    Duration duration,
    Duration observed,
    Optional<Duration> cpu,
    Output stdout,
    Output stderr,
    boolean outOfMemory,
    int survivors,
    long refusedForks,
    Recording recording,
    List<String> notes) {

  public Execution {
    notes = List.copyOf(notes);
  }

  /** One whose observation ended with it, and of which there is no more to be said. */
  public Execution(
      Ending ending,
      Instant started,
      Duration duration,
      Optional<Duration> cpu,
      Output stdout,
      Output stderr,
      boolean outOfMemory,
      int survivors,
      long refusedForks,
      Recording recording) {
    this(
        ending,
        started,
        duration,
        duration,
        cpu,
        stdout,
        stderr,
        outOfMemory,
        survivors,
        refusedForks,
        recording,
        List.of());
  }

  /** One that met no limit on processes, and of which nothing was recorded. */
  public Execution(
      Ending ending,
      Instant started,
      Duration duration,
      Optional<Duration> cpu,
      Output stdout,
      Output stderr,
      boolean outOfMemory,
      int survivors) {
    this(ending, started, duration, cpu, stdout, stderr, outOfMemory, survivors, 0, Recording.OFF);
  }

  /** One that ended before the first instruction of the sample. */
  public static Execution notStarted(Ending ending) {
    return new Execution(
        ending, Instant.now(), Duration.ZERO, Optional.empty(), Output.NONE, Output.NONE, false, 0);
  }

  /** The same one, if it is known better how it ended. */
  public Execution with(Ending known) {
    return with(known, observed, recording, notes);
  }

  /** The same one, with one more note. */
  public Execution noting(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return with(ending, observed, recording, more);
  }

  /**
   * The same one, as it was observed.
   *
   * @param until how long after the sample's start its observation ended
   */
  public Execution with(Recording recorded, Duration until) {
    return with(ending, until.compareTo(duration) > 0 ? until : duration, recorded, notes);
  }

  private Execution with(Ending known, Duration until, Recording recorded, List<String> said) {
    return new Execution(
        known,
        started,
        duration,
        until,
        cpu,
        stdout,
        stderr,
        outOfMemory,
        survivors,
        refusedForks,
        recorded,
        said);
  }
}

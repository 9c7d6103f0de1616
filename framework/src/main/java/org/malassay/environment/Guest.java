package org.malassay.environment;

import java.time.Duration;
import java.util.Optional;
import org.malassay.behavior.EventSink;
import org.malassay.sample.Sample;

/**
 * One pristine, isolated instance of an environment with its web service up. It runs one sample and
 * is thrown away. {@link #probe} may be called from another thread while {@link #run} runs; nothing
 * else may.
 *
 * <p>Every method throws {@link GuestException} when the tool fails. What the sample does, taking
 * the guest down included, is never an exception.
 */
public interface Guest extends AutoCloseable {

  /**
   * How long its environment had it wait for its turn to start: that is no cost of its sample's.
   * Zero, unless an environment starts fewer guests at once than it is asked for.
   */
  default Duration waited() {
    return Duration.ZERO;
  }

  /**
   * Puts the sample into the guest, executable, under its own file name made safe. Called once,
   * before {@link #run}.
   */
  void put(Sample sample) throws GuestException;

  /**
   * What {@link #put} has put in besides the sample, so that it can be loaded. Called after it.
   *
   * @return empty when guests here are never given anything but their samples
   */
  default Optional<Libraries> libraries() throws GuestException {
    return Optional.empty();
  }

  /**
   * Asks the web service for its page. Returns within two seconds, with or without an answer: no
   * answer is also what a guest gives that the sample has taken down.
   */
  Probe probe() throws GuestException;

  /**
   * Runs the sample with an empty standard input, until it ends or reaches one of its limits, which
   * are those of {@link Order#limits}: less time than {@link Opening#limits} mostly, where a run
   * has samples of several kinds. Returns when its observation ends, which may be later; ending and
   * duration are those of its first process. Called once.
   *
   * @param events takes what is seen of it, as it is seen; a guest that tells nothing ignores it
   */
  Execution run(Order order, EventSink events) throws GuestException;

  /**
   * What the guest has used since it was started. May be called beside {@link #run}, from another
   * thread.
   *
   * @return empty when that cannot be measured here, or now
   */
  default Optional<Used> used() throws GuestException {
    return Optional.empty();
  }

  /**
   * Reads a file that the sample left. Called after {@link #run}, as often as need be. Returns
   * within a bound, whatever the path leads to.
   *
   * @param path in the guest, from its root: hostile text
   * @param most how many bytes of it
   */
  default GuestFile read(String path, int most) throws GuestException {
    return GuestFile.SILENT;
  }

  /**
   * Adds what this kind of guest knows besides the execution, such as the service's own log. Called
   * at most once, after {@link #run}.
   */
  void collect(Evidence evidence) throws GuestException;

  /** Throws the guest away with everything in it. Does not throw, and can be called twice. */
  @Override
  void close();
}

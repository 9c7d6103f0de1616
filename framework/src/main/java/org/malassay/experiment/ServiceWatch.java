package org.malassay.experiment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ServiceAsked;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Probe;
import org.malassay.run.Availability;
import org.malassay.run.Median;
import org.malassay.run.Service;

/**
 * Asks a guest's web service for its page again and again while the sample runs: first after a
 * tenth of a second, then every half second, one request at a time. A sample that ends sooner is
 * not slowed down by it.
 */
final class ServiceWatch {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration PERIOD = Duration.ofMillis(500);

  private final Guest guest;
  private final Probe before;
  private final Observation observation;
  private final Watching<List<Probe>> probes;

  // Guarded by this.
  private Availability overTime = Availability.NONE;

  /**
   * Begins to ask.
   *
   * @param before what came back before the sample
   * @param asked when that was asked for, by {@link System#nanoTime}
   * @param observation is told of each time
   */
  ServiceWatch(
      Guest guest, Probe before, long asked, Observation observation, ExecutorService executor) {
    this.guest = guest;
    this.before = before;
    this.observation = observation;
    tell(observation.at(asked), before);
    this.probes = new Watching<>(executor, this::watch);
  }

  /** Asks once. */
  Probe ask() throws GuestException {
    Duration at = observation.now();
    Probe probe = guest.probe();
    tell(at, probe);
    return probe;
  }

  private synchronized void tell(Duration at, Probe probe) {
    if (probe.asked()) {
      overTime = overTime.and(at, probe.available());
    }
    observation.accept(
        new ServiceAsked(
            at,
            Origin.PROBE,
            probe.latency(),
            probe.status().map(OptionalInt::of).orElse(OptionalInt.empty()),
            probe.bodySha256().map(page -> before.bodySha256().equals(Optional.of(page))),
            probe.failure()));
  }

  private List<Probe> watch(Watching<List<Probe>> watching)
      throws GuestException, InterruptedException {
    List<Probe> seen = new ArrayList<>();
    Duration pause = FIRST;
    while (!watching.endsWithin(pause)) {
      Probe probe = ask();
      if (!watching.hasEnded()) {
        seen.add(probe); // else it ended with the sample: neither during nor after
      }
      pause = PERIOD;
    }
    return seen;
  }

  /** Ends the watch, and returns when the last request is over: all probes, answered or not. */
  List<Probe> end() throws GuestException, InterruptedException {
    return probes.end("the web service could not be probed");
  }

  /** All that was asked until now, by seconds. */
  synchronized Availability overTime() {
    return overTime;
  }

  /** The first page that is another than before. */
  static Optional<Probe> changed(Probe before, List<Probe> during, Optional<Probe> after) {
    return Stream.concat(during.stream(), after.stream())
        .filter(Probe::available)
        .filter(probe -> !probe.bodySha256().equals(before.bodySha256()))
        .findFirst();
  }

  /**
   * Puts the probes of one sample together.
   *
   * @param after empty when the guest was down by then, and its service with it
   * @param overTime the same by seconds
   */
  static Service summary(
      Probe before, List<Probe> during, Optional<Probe> after, Availability overTime) {
    List<Probe> answers = during.stream().filter(Probe::available).toList();
    List<Probe> pages =
        Stream.concat(answers.stream(), after.filter(Probe::available).stream()).toList();
    Optional<Boolean> intact =
        pages.isEmpty()
            ? Optional.empty()
            : Optional.of(
                pages.stream().allMatch(page -> page.bodySha256().equals(before.bodySha256())));
    return new Service(
        before.available(),
        (int) during.stream().filter(Probe::asked).count(),
        answers.size(),
        after.isPresent() && !after.get().asked()
            ? Optional.empty()
            : Optional.of(after.filter(Probe::available).isPresent()),
        intact,
        latency(Optional.of(before)),
        Median.of(answers.stream().mapToDouble(ServiceWatch::millis)),
        latency(after),
        Optional.of(overTime));
  }

  private static OptionalDouble latency(Optional<Probe> probe) {
    return probe
        .filter(Probe::available)
        .map(answer -> OptionalDouble.of(millis(answer)))
        .orElse(OptionalDouble.empty());
  }

  private static double millis(Probe probe) {
    return probe.latency().toNanos() / 1e6;
  }
}

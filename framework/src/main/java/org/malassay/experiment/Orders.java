package org.malassay.experiment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.malassay.environment.Order;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/**
 * How samples are run, by their kind: at a terminal's pace, a login session takes longer than a
 * program.
 *
 * @param files how programs and scripts are run
 * @param sessions how login sessions are typed
 */
record Orders(Order files, Order sessions) {
  static Orders of(Options options) {
    return new Orders(
        order(options, RunOptions.TIME_LIMIT), order(options, RunOptions.SESSION_LIMIT));
  }

  private static Order order(Options options, Option<Duration> limit) {
    Duration time = options.get(limit);
    return new Order(
        options.find(RunOptions.SAMPLE_ARGUMENTS).orElse(List.of()),
        RunOptions.observation(options, time),
        Optional.of(time));
  }

  Order of(Sample sample) {
    return sample.facts().isLoginSession() ? sessions : files;
  }
}

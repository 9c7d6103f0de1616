package org.malassay.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.malassay.score.Dimension;
import org.malassay.score.Measured;

/**
 * What the web service lost by a sample, from 0 to 10, without a rule: whether it answers, shows
 * its page, and how fast.
 */
public final class ServiceLoss {
  private static final double ALL = 10;

  /** As one sure critical hit: it answers, and tells visitors what somebody else wants. */
  private static final double CHANGED_PAGE = 7;

  /** As one sure critical hit: the machine is back when somebody restarts it. */
  private static final double DOWN = 7;

  /**
   * An answer within a tenth of a second is at once, to a visitor; ten times as much is the most.
   */
  private static final double AT_ONCE_MS = 100;

  private static final double MOST_TIMES = 10;

  /** So many answers have a median that one slow moment of a busy host does not move. */
  private static final int ANSWERS_WITH_A_MEDIAN = 3;

  private static final double LEAST = 0.1;

  private ServiceLoss() {}

  /**
   * The losses that are worth a point.
   *
   * @param service empty when the sample was not started
   * @param down whether the sample took its guest down
   */
  public static List<Measured> of(Optional<Service> service, boolean down) {
    List<Measured> losses = new ArrayList<>();
    if (down) {
      losses.add(new Measured(Dimension.ENVIRONMENT, DOWN, "the machine went down"));
    }
    service.filter(Service::before).ifPresent(it -> add(it, down, losses));
    losses.removeIf(loss -> loss.points() < LEAST);
    return losses;
  }

  private static void add(Service service, boolean down, List<Measured> losses) {
    if (down || service.after().equals(Optional.of(false))) {
      losses.add(
          of(
              ALL,
              down ? "the web service went down" : "the web service did not answer afterwards"));
    } else if (service.probesDuring() > 0) {
      // The answer afterwards counts as one more: one lost probe of one is not all.
      int asked = service.probesDuring() + 1;
      int answers = service.answersDuring() + 1;
      losses.add(
          of(
              ALL * (asked - answers) / asked,
              "the web service answered %d of %d times"
                  .formatted(service.answersDuring(), service.probesDuring())));
    }
    if (service.pageIntact().equals(Optional.of(false))) {
      losses.add(of(CHANGED_PAGE, "the web service shows another page"));
    }
    OptionalDouble during = service.latencyDuringMs();
    if (during.isPresent() && service.answersDuring() >= ANSWERS_WITH_A_MEDIAN) {
      double before = Math.max(AT_ONCE_MS, service.latencyBeforeMs().orElse(0));
      double times = during.getAsDouble() / before;
      losses.add(
          of(
              ALL * Math.min(1, Math.max(0, (times - 1) / (MOST_TIMES - 1))),
              String.format(
                  Locale.ROOT,
                  "the web service took %.0f ms instead of %.0f",
                  during.getAsDouble(),
                  service.latencyBeforeMs().orElse(0))));
    }
  }

  private static Measured of(double points, String words) {
    return new Measured(Dimension.SERVICE, points, words);
  }
}

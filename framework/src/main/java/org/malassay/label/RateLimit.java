package org.malassay.label;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How often a service may be asked: all of the quotas hold. */
record RateLimit(List<Quota> quotas) {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,8})/(s|min|h|day)");

  RateLimit {
    quotas = List.copyOf(quotas);
  }

  /**
   * The limit of a text such as {@code 4/min,500/day}.
   *
   * @throws IllegalArgumentException if it is not one
   */
  static RateLimit parse(String text) {
    return new RateLimit(
        Stream.of(text.toLowerCase(Locale.ROOT).split(",", -1)).map(RateLimit::quota).toList());
  }

  private static Quota quota(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "not a rate limit: write a count and s, min, h or day, such as 4/min,500/day");
    }
    Duration period =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(1);
          case "min" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          default -> Duration.ofDays(1);
        };
    return new Quota(Integer.parseInt(matcher.group(1)), matcher.group(2), period);
  }

  /** How long a question matters. */
  Duration memory() {
    return quotas.stream().map(Quota::period).reduce(Duration.ZERO, RateLimit::longer);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  @Override
  public String toString() {
    return quotas.stream().map(Quota::toString).collect(Collectors.joining(","));
  }

  /**
   * At most {@code count} questions in a period. Periods slide, except for days, which begin at
   * midnight UTC: that is when VirusTotal gives a new quota (docs.virustotal.com, "Daily quotas are
   * reset every day at 00:00 UTC").
   */
  record Quota(int count, String unit, Duration period) {

    /** The first moment, from now on, at which one more may be asked. */
    Instant free(List<Instant> asked, Instant now) {
      Instant start = begin(now);
      List<Instant> counted =
          asked.stream()
              .filter(moment -> isDay() ? !moment.isBefore(start) : moment.isAfter(start))
              .sorted()
              .toList();
      if (counted.size() < count) {
        return now;
      }
      return isDay() ? start.plus(period) : counted.get(counted.size() - count).plus(period);
    }

    private Instant begin(Instant now) {
      return isDay()
          ? Instant.ofEpochSecond(
              now.getEpochSecond() - Math.floorMod(now.getEpochSecond(), period.toSeconds()))
          : now.minus(period);
    }

    private boolean isDay() {
      return unit.equals("day");
    }

    @Override
    public String toString() {
      return count + "/" + unit;
    }
  }
}

package org.malassay.score;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What several records must add up to.
 *
 * @param type how
 * @param parts the numbers of the searches whose records it takes, in their order
 * @param groupBy for each part, the fields by which its records are told apart
 * @param counted for each part, the fields whose values are counted
 * @param span within which they must be
 * @param least how many there must be
 */
record Correlation(
    Type type,
    List<Integer> parts,
    Map<Integer, List<LogField>> groupBy,
    Map<Integer, List<LogField>> counted,
    Duration span,
    int least) {

  enum Type {
    /** So many records. */
    EVENT_COUNT,
    /** So many different values of a field. */
    VALUE_COUNT,
    /** A record of each part. */
    TEMPORAL,
    /** A record of each part, in the order of the parts. */
    TEMPORAL_ORDERED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

package org.malassay.behavior;

import java.util.Locale;

/**
 * Whether one facet of a sample was recorded. That nothing was seen means something only where the
 * facet was observed.
 *
 * @param kind how it was
 * @param lost how many events are known to be lost; 0 unless cut
 * @param why why it is cut or missing; empty when observed or off
 */
public record FacetState(Kind kind, long lost, String why) {

  /** How a facet was recorded. */
  public enum Kind {
    /** All that there was to see was seen. */
    OBSERVED,
    /** Some of it was lost: a flood, a recorder that ended early. */
    CUT,
    /** It was to be recorded and could not be. */
    MISSING,
    /** It was not to be recorded. */
    OFF;

    /** The name in reports and records, such as {@code observed}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static final FacetState OBSERVED = new FacetState(Kind.OBSERVED, 0, "");
  public static final FacetState OFF = new FacetState(Kind.OFF, 0, "");

  /**
   * Recorded in part.
   *
   * @param lost how many events are known to be lost; 0 when nobody could count them
   */
  public static FacetState cut(long lost, String why) {
    return new FacetState(Kind.CUT, lost, why);
  }

  /** Not recorded, though it was to be. */
  public static FacetState missing(String why) {
    return new FacetState(Kind.MISSING, 0, why);
  }

  /**
   * Both of these: for a facet that two sources record, or that was cut twice. Losses add up; the
   * worse kind counts.
   */
  public FacetState and(FacetState other) {
    if (kind.compareTo(other.kind) < 0) {
      return other.and(this);
    }
    // This is the worse of the two now, or equal.
    if (kind != Kind.CUT || other.kind != Kind.CUT) {
      return this;
    }
    String both = why.equals(other.why) ? why : why + "; " + other.why;
    return cut(lost + other.lost, both);
  }

  /** The state in words, such as {@code cut (3 events lost: the bound of 20000 calls a second)}. */
  @Override
  public String toString() {
    return switch (kind) {
      case OBSERVED, OFF -> kind.word();
      case CUT ->
          lost == 0 ? "cut (%s)".formatted(why) : "cut (%d events lost: %s)".formatted(lost, why);
      case MISSING -> "missing (%s)".formatted(why);
    };
  }
}

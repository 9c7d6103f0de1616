package org.malassay.score;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Event;

/**
 * An event as a log source tells it: fields by name. Lives as long as the event is being matched.
 */
final class LogRecord {
  private final LogSource source;
  private final String type;
  private final Event event;
  private final Processes processes;
  private final Processes.@Nullable Running process;
  private final @Nullable String[] lower;
  private int givenUp;

  /**
   * @param type the kind of record, where a source has several; else empty
   * @param process whose event it is, where that is known
   */
  LogRecord(
      LogSource source,
      String type,
      Event event,
      Processes processes,
      Processes.@Nullable Running process) {
    this.source = source;
    this.type = type;
    this.event = event;
    this.processes = processes;
    this.process = process;
    this.lower = new String[source.fields().size()];
  }

  LogSource source() {
    return source;
  }

  String type() {
    return type;
  }

  Event event() {
    return event;
  }

  Processes processes() {
    return processes;
  }

  Processes.@Nullable Running process() {
    return process;
  }

  @Nullable String text(LogField field) {
    return field.read().apply(this);
  }

  /** A comparison with it was given up: whether it would have been true, nobody knows. */
  void giveUp() {
    givenUp++;
  }

  /** How many were. */
  int givenUp() {
    return givenUp;
  }

  /** In lower case, as Sigma compares. */
  @Nullable String lower(LogField field) {
    String known = lower[field.index()];
    if (known != null) {
      return known;
    }
    String text = text(field);
    if (text == null) {
      return null;
    }
    String small = text.toLowerCase(Locale.ROOT);
    lower[field.index()] = small;
    return small;
  }
}

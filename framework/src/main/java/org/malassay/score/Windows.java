package org.malassay.score;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a correlation has seen so far of one sample: as much as it needs, however many events. */
final class Windows {
  /** A sample that makes more groups than this has them taken together. */
  private static final int MOST_GROUPS = 1000;

  private static final String SEPARATOR = "\0";

  private final Correlation correlation;
  private final Map<String, Window> windows = new HashMap<>();

  Windows(Correlation correlation) {
    this.correlation = correlation;
  }

  private interface Window {
    /** True when with this record there is enough. */
    boolean add(int place, Duration at, String value);
  }

  /**
   * Takes in a record of one of the correlation's parts; true when with it there is enough.
   *
   * @param part the number of the search that found it
   */
  boolean add(int part, LogRecord record) {
    String group = values(correlation.groupBy().get(part), record);
    Window window =
        windows.computeIfAbsent(windows.size() < MOST_GROUPS ? group : "", any -> window());
    return window.add(
        correlation.parts().indexOf(part),
        record.event().at(),
        values(correlation.counted().get(part), record));
  }

  private static String values(@Nullable List<LogField> fields, LogRecord record) {
    if (fields == null || fields.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (LogField field : fields) {
      String value = record.text(field);
      text.append(value == null ? "" : value).append(SEPARATOR);
    }
    return text.toString();
  }

  private Window window() {
    return switch (correlation.type()) {
      case EVENT_COUNT -> new Events();
      case VALUE_COUNT -> new Values();
      case TEMPORAL -> new Parts();
      case TEMPORAL_ORDERED -> new OrderedParts();
    };
  }

  private boolean within(Duration from, Duration to) {
    return to.minus(from).abs().compareTo(correlation.span()) <= 0;
  }

  /** The times of the last records, no more than are needed. */
  private final class Events implements Window {
    private final Deque<Duration> times = new ArrayDeque<>();

    @Override
    public boolean add(int place, Duration at, String value) {
      times.addLast(at);
      if (times.size() > correlation.least()) {
        times.removeFirst();
      }
      return times.size() == correlation.least() && within(times.getFirst(), at);
    }
  }

  /** The values seen last with their times, no more than are needed. */
  private final class Values implements Window {
    private final Map<String, Duration> times = new LinkedHashMap<>();

    @Override
    public boolean add(int place, Duration at, String value) {
      if (value.equals(SEPARATOR)) {
        return false; // a record without the field
      }
      times.remove(value);
      times.put(value, at);
      Iterator<Duration> oldest = times.values().iterator();
      if (times.size() > correlation.least()) {
        oldest.next();
        oldest.remove();
      }
      return times.size() == correlation.least() && within(times.values().iterator().next(), at);
    }
  }

  /** When each part was seen last. */
  private final class Parts implements Window {
    private final @Nullable Duration[] times = new Duration[correlation.parts().size()];

    @Override
    public boolean add(int place, Duration at, String value) {
      times[place] = at;
      return Arrays.stream(times).allMatch(time -> time != null && within(time, at));
    }
  }

  /** For each part, when the latest chain began that leads to it. */
  private final class OrderedParts implements Window {
    private final @Nullable Duration[] begun = new Duration[correlation.parts().size()];

    @Override
    public boolean add(int place, Duration at, String value) {
      Duration start = place == 0 ? at : begun[place - 1];
      if (start == null || !within(start, at)) {
        return false;
      }
      begun[place] = start;
      return place == begun.length - 1;
    }
  }
}

package org.malassay.behavior;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The system calls that the environment lacks, one for each name and error, in the order in which
 * the sample first made them; no more than Linux has. Safe for use by several threads.
 */
public final class UnsupportedCallFold implements EventSink {
  /**
   * More than the system calls of Linux; a sample that makes up others cannot fill a row with them.
   */
  private static final int MOST = 500;

  private final Map<List<String>, UnsupportedCall> calls = new LinkedHashMap<>();

  @Override
  public synchronized void accept(Event event) {
    if (event instanceof UnsupportedCall call) {
      List<String> which = List.of(call.name(), call.error());
      if (calls.size() < MOST || calls.containsKey(which)) {
        calls.merge(which, call, UnsupportedCall::and);
      }
    }
  }

  /** Those that were told until now. */
  public synchronized List<UnsupportedCall> calls() {
    return List.copyOf(calls.values());
  }
}

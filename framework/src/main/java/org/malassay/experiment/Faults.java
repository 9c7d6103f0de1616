package org.malassay.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What went wrong with the tool and changes no verdict, such as an environment that could not be
 * closed. Safe for use by several threads.
 */
final class Faults {
  private final List<String> messages = new ArrayList<>();

  /** An action that may fail; what comes after it is done all the same. */
  interface Action {
    void run() throws IOException;
  }

  synchronized void add(String message) {
    messages.add(message);
  }

  void guard(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      add(Reason.of(e));
    }
  }

  synchronized List<String> all() {
    return List.copyOf(messages);
  }
}

package org.malassay.behavior;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** When each kind of event was seen first. */
final class KindFold {
  private static final int MOST_KINDS = 100_000;
  private static final int SIGKILL = 9;

  /** Of a call that waited when its process was stopped. */
  private static final String INTERRUPTED = "ERESTART";

  private final Set<String> seen = new HashSet<>();
  private final List<Integer> newKinds = new ArrayList<>();

  void accept(Event event) {
    if (!isOfTheSamples(event) || seen.size() == MOST_KINDS || !seen.add(kind(event))) {
      return;
    }
    long second = Math.max(0, Math.min(event.at().toSeconds(), Saturation.MOST_SECONDS - 1));
    while (newKinds.size() <= second) {
      newKinds.add(0);
    }
    newKinds.set((int) second, newKinds.get((int) second) + 1);
  }

  /** What is found out about a sample, and that it was stopped, is nothing that it does. */
  private static boolean isOfTheSamples(Event event) {
    return !(event instanceof CallsCounted
        || event instanceof Usage
        || event instanceof FileKept
        || event instanceof FileNotKept
        || (event instanceof ProcessEnded ended && ended.signal().equals(OptionalInt.of(SIGKILL))));
  }

  /** The same for events that look alike to a reader. Numbers in names do not count. */
  private static String kind(Event event) {
    if (event instanceof SystemCall call) {
      return "call "
          + call.name()
          + ' '
          + call.error().filter(error -> !error.startsWith(INTERRUPTED)).orElse("")
          + ' '
          + call.path().map(KindFold::withoutNumbers).orElse("")
          + call.endpoint().map(peer -> " port " + peer.port()).orElse("");
    }
    if (event instanceof ProgramStarted program) {
      return "program " + withoutNumbers(program.program());
    }
    if (event instanceof ProcessEnded ended) {
      return "end " + ended.status() + ended.signal();
    }
    if (event instanceof Conversation conversation) {
      return "conversation "
          + conversation.transport()
          + conversation.peer().port()
          + conversation.protocol().orElse("");
    }
    if (event instanceof Question question) {
      return "question " + question.protocol() + ' ' + withoutNumbers(question.asked());
    }
    if (event instanceof UnsupportedCall call) {
      return "unsupported " + call.name();
    }
    return event.getClass().getSimpleName();
  }

  private static String withoutNumbers(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        out.append(c);
      } else if (out.isEmpty() || out.charAt(out.length() - 1) != '#') {
        out.append('#');
      }
    }
    return out.toString();
  }

  Saturation saturation() {
    return new Saturation(newKinds);
  }
}

package org.malassay.score;

import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.SystemCall;

/** Events in a few words, as evidence of a hit: hostile text. */
final class EventWords {
  private static final int MOST = 200;

  private EventWords() {}

  static String of(Event event) {
    return bounded(words(event));
  }

  private static String words(Event event) {
    if (event instanceof SystemCall call) {
      return "%s(%s) = %s%s"
          .formatted(
              call.name(),
              String.join(", ", call.arguments()),
              call.error().orElseGet(() -> Long.toString(call.result())),
              call.path()
                  .filter(path -> !call.arguments().contains("\"" + path + "\""))
                  .map(path -> " " + path)
                  .orElse(""));
    }
    if (event instanceof ProgramStarted started) {
      return "%s started as %s".formatted(started.program(), String.join(" ", started.arguments()));
    }
    if (event instanceof CallsCounted count) {
      return "%s called %d times, of which %d failed"
          .formatted(count.name(), count.calls(), count.failed());
    }
    if (event instanceof Conversation talk) {
      return "%s to %s, %d bytes sent: %s"
          .formatted(talk.transport(), talk.peer(), talk.sentBytes(), talk.sent());
    }
    return event instanceof Question question
        ? "%s asked %s, answered %s".formatted(question.peer(), question.asked(), question.answer())
        : event.toString();
  }

  static String bounded(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST) + "...";
  }
}

package org.malassay.behavior;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every kind of event that there is. */
final class EventKinds {
  private static final List<EventKind<?>> ALL =
      List.of(
          SystemCall.KIND,
          CallsCounted.KIND,
          UnsupportedCall.KIND,
          ProcessBegun.KIND,
          ProgramStarted.KIND,
          ProcessEnded.KIND,
          FileKept.KIND,
          FileNotKept.KIND,
          Conversation.KIND,
          Question.KIND,
          Usage.KIND,
          ServiceAsked.KIND);
  private static final Map<Class<?>, EventKind<?>> BY_TYPE =
      ALL.stream().collect(Collectors.toUnmodifiableMap(EventKind::event, kind -> kind));
  private static final Map<String, EventKind<?>> BY_WORD =
      ALL.stream().collect(Collectors.toUnmodifiableMap(EventKind::word, kind -> kind));

  private EventKinds() {}

  static EventKind<?> of(Event event) {
    EventKind<?> kind = BY_TYPE.get(event.getClass());
    if (kind == null) {
      throw new IllegalStateException(event.getClass() + " is missing among the kinds of events");
    }
    return kind;
  }

  /** The kind of this word; empty for one of a later version. */
  static Optional<EventKind<?>> of(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }
}

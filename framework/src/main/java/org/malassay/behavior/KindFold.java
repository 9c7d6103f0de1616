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

  private final Set<Long> seen = new HashSet<>();
  private final List<Integer> newKinds = new ArrayList<>();

  void accept(Event event) {
    if (!isOfTheSamples(event) || seen.size() == MOST_KINDS || !seen.add(kind(event).digest)) {
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
  private static Kind kind(Event event) {
    Kind kind = new Kind().with(event.getClass().getSimpleName());
    if (event instanceof SystemCall call) {
      kind.with(call.name());
      call.error().filter(error -> !error.startsWith(INTERRUPTED)).ifPresent(kind::with);
      call.path().ifPresent(kind::withoutNumbers);
      call.endpoint().ifPresent(peer -> kind.with(peer.port()));
    } else if (event instanceof ProgramStarted program) {
      kind.withoutNumbers(program.program());
    } else if (event instanceof ProcessEnded ended) {
      kind.with(ended.status().orElse(-1)).with(ended.signal().orElse(-1));
    } else if (event instanceof Conversation conversation) {
      kind.with(conversation.transport()).with(conversation.peer().port());
      conversation.protocol().ifPresent(kind::with);
    } else if (event instanceof Question question) {
      kind.with(question.protocol()).withoutNumbers(question.asked());
    } else if (event instanceof UnsupportedCall call) {
      kind.with(call.name());
    }
    return kind;
  }

  /**
   * The digest of what makes a kind, by FNV-1a with 64 bits (draft-eastlake-fnv): the names
   * themselves, which a sample chooses, would take as much memory as it likes.
   */
  private static final class Kind {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private long digest = OFFSET;

    private void add(int unit) {
      digest = (digest ^ unit) * PRIME;
    }

    Kind with(int number) {
      add(number);
      add(-1);
      return this;
    }

    Kind with(String text) {
      for (int i = 0; i < text.length(); i++) {
        add(text.charAt(i));
      }
      add(-1); // no character: where the next part begins
      return this;
    }

    Kind withoutNumbers(String text) {
      boolean wasNumber = false;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean isNumber = c >= '0' && c <= '9';
        if (!isNumber || !wasNumber) {
          add(isNumber ? '#' : c);
        }
        wasNumber = isNumber;
      }
      add(-1);
      return this;
    }
  }

  Saturation saturation() {
    return new Saturation(newKinds);
  }
}

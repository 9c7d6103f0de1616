package org.malassay.behavior;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.malassay.behavior.Behavior.Change;

/**
 * Which files a sample has left in its guest that it made or changed, as far as its calls tell: a
 * file that was renamed is there by its last name, and one of a folder that was renamed, too.
 * Bounded like {@link Behavior#files}. Used by one thread at a time.
 */
public final class LeftFiles implements EventSink {

  /**
   * A file that the sample made or changed.
   *
   * @param path its last one, in the guest
   * @param written false when it was only opened so that it could be
   * @param executable whether it was given the right to be executed
   * @param deleted whether the sample removed it afterwards
   */
  public record LeftFile(String path, boolean written, boolean executable, boolean deleted) {}

  /**
   * What a sample has left.
   *
   * @param files those that it has left, and those that it removed: programs first, then in the
   *     order in which they were first touched
   * @param leftOut how many more there were, at most
   * @param program the path of the sample's own file; empty when its start was not seen
   */
  public record Left(List<LeftFile> files, long leftOut, Optional<String> program) {
    public Left {
      files = List.copyOf(files);
    }
  }

  /**
   * What is known of one path.
   *
   * @param number its place in the order in which paths were first touched
   */
  private record State(long number, boolean written, boolean executable, boolean deleted) {
    State changed(boolean isWritten) {
      return new State(number, written || isWritten, executable, false);
    }

    State madeExecutable() {
      return new State(number, written, true, deleted);
    }

    State removed() {
      return new State(number, written, executable, true);
    }
  }

  /**
   * How many names change with those of their folders; else a sample that renames a full folder
   * again and again would keep everybody waiting whose events come the same way.
   */
  private static final int MOST_MOVED = 10 * Behavior.MOST_FILES;

  private final NavigableMap<String, State> states = new TreeMap<>();
  private Optional<String> program = Optional.empty();
  private long numbers;
  private long leftOut;
  private int moved;

  @Override
  public void accept(Event event) {
    if (event instanceof ProgramStarted started && program.isEmpty()) {
      program = Optional.of(started.program());
    } else if (event instanceof SystemCall call && call.succeeded()) {
      long before = leftOut;
      accept(call);
      leftOut = Math.min(leftOut, before + 1); // one call can touch a path in several ways
    }
  }

  private void accept(SystemCall call) {
    if (FileEffects.isRename(call)) {
      call.path().ifPresent(path -> call.target().ifPresent(target -> rename(path, target)));
    } else if (!FileEffects.makesNoContents(call)) {
      if (FileEffects.opensForWriting(call)) {
        call.path().ifPresent(path -> change(path, false));
      }
      FileEffects.tell(call, this::note);
    }
  }

  private void note(String path, Change change) {
    switch (change) {
      case CREATED -> change(path, false);
      case WRITTEN -> change(path, true);
      case MADE_EXECUTABLE -> states.computeIfPresent(path, (key, state) -> state.madeExecutable());
      case DELETED -> states.computeIfPresent(path, (key, state) -> state.removed());
      case RENAMED -> throw new IllegalStateException("a rename has two paths");
    }
  }

  private void change(String path, boolean written) {
    State state = states.get(path);
    if (state != null) {
      states.put(path, state.changed(written));
    } else if (states.size() == Behavior.MOST_FILES) {
      leftOut++;
    } else {
      states.put(path, new State(numbers++, written, false, false));
    }
  }

  /** A file that was there before has changed its name, too: what is there now is the sample's. */
  private void rename(String from, String to) {
    NavigableMap<String, State> within = states.subMap(from + "/", true, from + "0", false);
    boolean isFolder = !within.isEmpty();
    if (isFolder && moved < MOST_MOVED) {
      move(within, from, to);
    } else if (isFolder) {
      leftOut++; // at least one, whose name is not known any more
    }
    State state = states.remove(from);
    if (state != null) {
      states.put(to, state);
    } else if (!isFolder) {
      change(to, true);
    }
  }

  private void move(NavigableMap<String, State> within, String from, String to) {
    Map<String, State> files = new TreeMap<>(within);
    moved += files.size();
    within.clear();
    files.forEach((path, state) -> states.put(to + path.substring(from.length()), state));
  }

  /** What the sample has left so far. */
  public Left left() {
    List<Map.Entry<String, State>> files = new ArrayList<>(states.entrySet());
    files.sort(
        Comparator.comparing((Map.Entry<String, State> file) -> !file.getValue().executable)
            .thenComparing(file -> file.getValue().number));
    return new Left(files.stream().map(LeftFiles::leftFile).toList(), leftOut, program);
  }

  private static LeftFile leftFile(Map.Entry<String, State> file) {
    State state = file.getValue();
    return new LeftFile(file.getKey(), state.written, state.executable, state.deleted);
  }
}

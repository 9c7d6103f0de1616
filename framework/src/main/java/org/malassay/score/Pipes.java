package org.malassay.score;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.SystemCall;

/**
 * The descriptors of a process that are ends of pipes, by which it is seen whether a shell reads
 * its commands from a program that fetches them. Immutable, but for what is in the pipes: a child
 * has those of its maker.
 */
final class Pipes {
  static final Pipes NONE = new Pipes(Map.of());

  /** Of a process: no shell has that many between two programs. */
  private static final int MOST = 16;

  private final Map<String, Pipe> ends;

  /** Both of its ends. */
  private static final class Pipe {
    /** Whoever wrote into it has spoken to a peer on a network, or read from such a pipe. */
    private boolean fetched;
  }

  private Pipes(Map<String, Pipe> ends) {
    this.ends = ends;
  }

  /** Whether what is read there came from a network. */
  boolean isFetched(int descriptor) {
    Pipe pipe = ends.get(Integer.toString(descriptor));
    return pipe != null && pipe.fetched;
  }

  /**
   * What there is after a call.
   *
   * @param connected whether its process has spoken to a peer
   */
  Pipes after(SystemCall call, boolean connected) {
    List<String> words = call.arguments();
    String first = words.isEmpty() ? "" : words.get(0);
    if (!call.succeeded()) {
      return this;
    }
    return switch (call.name()) {
      case "pipe", "pipe2" -> made(first);
      case "dup2", "dup3" -> words.size() > 1 ? with(words.get(1), ends.get(first)) : this;
      case "dup" -> with(Long.toString(call.result()), ends.get(first));
      case "fcntl", "fcntl64" ->
          words.size() > 1 && words.get(1).startsWith("F_DUPFD")
              ? with(Long.toString(call.result()), ends.get(first))
              : this;
      case "close" -> with(first, null);
      case "write", "writev", "splice", "sendfile", "sendfile64" -> wrote(first, connected);
      default -> this;
    };
  }

  /**
   * Of the two descriptors of a new pipe.
   *
   * @param pair such as {@code [3, 4]}
   */
  private Pipes made(String pair) {
    Pipe pipe = new Pipe();
    Pipes all = this;
    for (String end : pair.replaceAll("[\\[\\] ]", "").split(",", -1)) {
      all = all.with(end, pipe);
    }
    return all;
  }

  private Pipes with(String descriptor, @Nullable Pipe pipe) {
    if (pipe == null ? !ends.containsKey(descriptor) : ends.size() >= MOST) {
      return this;
    }
    Map<String, Pipe> changed = new HashMap<>(ends);
    if (pipe == null) {
      changed.remove(descriptor);
    } else {
      changed.put(descriptor, pipe);
    }
    return new Pipes(changed);
  }

  private Pipes wrote(String descriptor, boolean connected) {
    Optional.ofNullable(ends.get(descriptor))
        .ifPresent(pipe -> pipe.fetched |= connected || isFetched(0));
    return this;
  }
}

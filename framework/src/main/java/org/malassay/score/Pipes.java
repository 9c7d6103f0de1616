package org.malassay.score;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.SystemCall;

/**
 * The descriptors of a process that are ends of pipes, by which it is seen whether a shell reads
 * its commands from a program that fetches them; and whether its standard input is a file or a
 * peer. Immutable, but for what is in the pipes: a child has those of its maker.
 */
final class Pipes {
  static final Pipes NONE = new Pipes(Map.of());

  /** Of a process: no shell has that many between two programs. */
  private static final int MOST = 16;

  private static final String INPUT = "0";

  private static final Pattern TERMINAL = Pattern.compile("/dev/(console|tty[^/]*|pts/\\d+)");

  private final Map<String, Pipe> ends;

  /** Both of its ends; or what else stands in a standard input, which is never filled. */
  private static final class Pipe {
    /** Whoever wrote into it has spoken to a peer on a network, or read from such a pipe. */
    private boolean fetched;
  }

  private Pipes(Map<String, Pipe> ends) {
    this.ends = ends;
  }

  /** Whether what is read there stands in the standard input, and came from a network. */
  boolean isFetchedInput(String descriptor) {
    Pipe pipe = ends.get(INPUT);
    return pipe != null && pipe.fetched && pipe == ends.get(descriptor);
  }

  /** Whether the standard input is a pipe, a file or a peer, and no terminal. */
  boolean isInputElsewhere() {
    return ends.containsKey(INPUT);
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
      case "open", "openat" -> with(Long.toString(call.result()), opened(call), call);
      case "dup2", "dup3" -> words.size() > 1 ? with(words.get(1), ends.get(first), call) : this;
      case "dup" -> with(Long.toString(call.result()), ends.get(first), call);
      case "fcntl", "fcntl64" ->
          words.size() > 1 && words.get(1).startsWith("F_DUPFD")
              ? with(Long.toString(call.result()), ends.get(first), call)
              : this;
      case "close" -> with(first, null);
      case "write", "writev", "sendfile", "sendfile64" -> wrote(first, connected);
      case "splice" -> words.size() > 2 ? wrote(words.get(2), connected) : this;
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

  /** What is opened by the name of the standard input is the same pipe. */
  private @Nullable Pipe opened(SystemCall call) {
    boolean isInput =
        call.arguments().stream()
            .limit(2) // after openat's folder
            .anyMatch(it -> ShellArguments.INPUTS.contains(it.replace("\"", "")));
    return isInput ? ends.get(INPUT) : null;
  }

  /** A descriptor becomes this pipe, or else the file or the peer that the call is about. */
  private Pipes with(String descriptor, @Nullable Pipe pipe, SystemCall call) {
    boolean isElsewhere =
        call.endpoint().isPresent()
            || call.path().filter(path -> !TERMINAL.matcher(path).matches()).isPresent();
    return with(
        descriptor, pipe == null && descriptor.equals(INPUT) && isElsewhere ? new Pipe() : pipe);
  }

  private Pipes with(String descriptor, @Nullable Pipe pipe) {
    if (!ends.containsKey(descriptor) && (pipe == null || ends.size() >= MOST)) {
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
        .ifPresent(pipe -> pipe.fetched |= connected || isFetchedInput(INPUT));
    return this;
  }
}

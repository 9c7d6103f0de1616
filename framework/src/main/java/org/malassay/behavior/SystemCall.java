package org.malassay.behavior;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One system call and its result.
 *
 * @param at when it began
 * @param took until it returned
 * @param process the id of the process, as the guest sees it
 * @param thread the id of the thread; that of the process for its first one
 * @param name as in Linux's table for 32-bit ARM, such as {@code openat}
 * @param arguments as words: flags by name, text in double quotes, with {@code ...} behind it where
 *     it goes on; as many as the call has
 * @param path the first path that it is about: an argument, or what the descriptor is known to be
 * @param target the second path, of {@code rename} and the like; of {@code copy_file_range} and
 *     {@code splice}, that of the descriptor they write to
 * @param endpoint the address that it is about; that of the peer where its descriptor is known to
 *     be connected
 * @param localPort the port of the socket at this end, by which a conversation is known elsewhere
 * @param result what it returned; the negative number of the error when it failed
 * @param error the symbolic error, such as {@code EACCES}; empty when it succeeded
 */
public record SystemCall(
    Duration at,
    Origin origin,
    Duration took,
    int process,
    int thread,
    String name,
    List<String> arguments,
    Optional<String> path,
    Optional<String> target,
    Optional<Endpoint> endpoint,
    OptionalInt localPort,
    long result,
    Optional<String> error)
    implements Event {

  static final EventKind<SystemCall> KIND =
      new EventKind<>(
          "call",
          SystemCall.class,
          Facet.CALLS,
          "process",
          "info",
          SystemCall::write,
          SystemCall::read);

  /** The {@code struct open_how} of openat2, as {@code {flags=O_RDWR, mode=0, resolve=0}}. */
  private static final Pattern HOW = Pattern.compile("\\{flags=([^,}]+), ?mode=([0-7]+)[,}]");

  public SystemCall {
    arguments = List.copyOf(arguments);
  }

  /** True when it did what it was asked. */
  public boolean succeeded() {
    return error.isEmpty();
  }

  /** The flags with which it opens a file; empty if it opens none, or they are not known. */
  public Optional<String> openFlags() {
    return switch (name) {
      case "open" -> argument(1);
      case "openat" -> argument(2);
      case "openat2" -> how().map(how -> how.group(1));
      case "creat" -> Optional.of("O_WRONLY|O_CREAT|O_TRUNC");
      default -> Optional.empty();
    };
  }

  /** The mode of the file that it makes while it opens it, as the word says it. */
  Optional<String> openMode() {
    return name.equals("openat2") ? how().map(how -> how.group(2)) : argument(arguments.size() - 1);
  }

  private Optional<Matcher> how() {
    return argument(2).map(HOW::matcher).filter(Matcher::lookingAt);
  }

  /** The word of an argument, where the call has so many. */
  Optional<String> argument(int at) {
    return at >= 0 && at < arguments.size() ? Optional.of(arguments.get(at)) : Optional.empty();
  }

  private void write(Fields to) {
    to.put(Field.DURATION, took);
    to.put(Field.PROCESS, process);
    to.put(Field.THREAD, thread);
    to.put(Field.CALL, name);
    to.put(Field.CALL_ARGUMENTS, arguments);
    to.put(Field.PATH, path);
    to.put(Field.TARGET_PATH, target);
    to.put(Field.SOURCE_PORT, localPort);
    to.put(Field.DESTINATION_ADDRESS, Field.DESTINATION_PORT, endpoint);
    to.put(Field.CALL_RESULT, result);
    to.put(Field.CALL_ERROR, error);
    to.put(Field.OUTCOME, succeeded() ? "success" : "failure");
  }

  private static SystemCall read(Fields from) {
    return new SystemCall(
        from.at(),
        from.origin(),
        from.duration(Field.DURATION),
        from.integer(Field.PROCESS),
        from.integer(Field.THREAD),
        from.text(Field.CALL),
        from.texts(Field.CALL_ARGUMENTS),
        from.findText(Field.PATH),
        from.findText(Field.TARGET_PATH),
        from.findEndpoint(Field.DESTINATION_ADDRESS, Field.DESTINATION_PORT),
        from.findInteger(Field.SOURCE_PORT),
        from.number(Field.CALL_RESULT),
        from.findText(Field.CALL_ERROR));
  }
}

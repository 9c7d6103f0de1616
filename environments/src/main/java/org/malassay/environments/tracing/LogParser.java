package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the log that qemu-user writes of system calls, {@code QEMU_STRACE}. A call is written when
 * it begins, as {@code 42 openat(AT_FDCWD,"/etc/passwd",O_RDONLY)}, and its result when it returns,
 * as {@code = 3} and a line's end, without saying of which call; meanwhile others may have written.
 * Text is not escaped, so a sample can make up calls by the names that it gives to files.
 */
final class LogParser {
  /** In bytes. A call that goes on longer is not understood. */
  private static final int LONGEST = 16 * 1024;

  /** The same of line ends, which stand in names only. */
  private static final int MOST_LINE_ENDS = 64;

  private static final Pattern BEGIN = Pattern.compile("(\\d{1,10}) ([a-z_][a-z0-9_]{0,40})\\(");
  private static final Pattern RESULT =
      Pattern.compile(" = (?:-1 errno=(\\d{1,4})|(-?\\d{1,19})|0x([0-9a-f]{1,16}))\\b.*");

  private final Told told;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** Where the arguments of the call are that the line begins with; empty if not known. */
  private Optional<Place> open = Optional.empty();

  private int lineEnds;
  private boolean hasDropped;

  /** Takes what is read, in its order. */
  interface Told {
    /** A process begins a call. */
    void call(int process, String name, List<String> arguments);

    /** A call returns; failed ones with the negative number of the error. */
    void result(long value);
  }

  LogParser(Told told) {
    this.told = told;
  }

  /** Takes the next piece of the log. */
  void read(ByteBuffer piece) {
    while (piece.hasRemaining()) {
      byte next = piece.get();
      if (next == '\n') {
        endLine();
      } else {
        line.write(next);
        if (open.isPresent() && open.get().endsArgument((char) next) && next == ')') {
          open = Optional.empty();
        }
      }
      if (line.size() > LONGEST || lineEnds > MOST_LINE_ENDS) {
        reset();
        hasDropped = true;
      }
    }
  }

  /** The log is at its end. A last call that was not written whole is not told. */
  void end() {
    parse();
    reset();
  }

  /** What of the log was not read, if anything. */
  Optional<String> cut() {
    return hasDropped
        ? Optional.of(
            "a call in its log has more than %d KiB or %d lines"
                .formatted(LONGEST >> 10, MOST_LINE_ENDS))
        : Optional.empty();
  }

  private void reset() {
    line.reset();
    open = Optional.empty();
    lineEnds = 0;
  }

  private void endLine() {
    if (open.isEmpty() && line.size() > 0) {
      parse();
    }
    if (open.isPresent()) {
      line.write('\n'); // in a name
      lineEnds++;
    }
  }

  /**
   * Tells what is whole. The line keeps a last call that is not, which is not parsed again before
   * it is: so time grows with the length of the log, whatever stands in it.
   */
  private void parse() {
    String text = line.toString(UTF_8);
    reset();
    int at = 0;
    Matcher begin = BEGIN.matcher(text);
    while (begin.region(at, text.length()).lookingAt()) {
      int process = number(begin.group(1));
      String name = begin.group(2);
      List<String> arguments = new ArrayList<>();
      Place place = new Place();
      int end = arguments(text, begin.end(), place, arguments);
      if (end < 0) {
        line.writeBytes(text.substring(at).getBytes(UTF_8));
        open = Optional.of(place);
        return;
      }
      told.call(process, name, arguments);
      at = end;
    }
    Matcher result = RESULT.matcher(text).region(at, text.length());
    if (result.matches()) {
      told.result(value(result));
    }
  }

  private static int number(String digits) {
    return (int) Long.parseLong(digits);
  }

  private static long value(Matcher result) {
    if (result.group(1) != null) {
      return -Long.parseLong(result.group(1));
    }
    if (result.group(2) != null) {
      try {
        return Long.parseLong(result.group(2));
      } catch (NumberFormatException e) {
        return 0; // of 19 digits, and no result of a call
      }
    }
    return Long.parseUnsignedLong(result.group(3), 16);
  }

  /**
   * Takes the arguments of a call.
   *
   * @return the place behind its closing bracket; -1 when there is none
   */
  private static int arguments(String text, int from, Place place, List<String> arguments) {
    int start = from;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (place.endsArgument(c)) {
        String argument = text.substring(start, i).strip();
        if (c == ',' || !argument.isEmpty()) {
          arguments.add(argument);
        }
        start = i + 1;
        if (c == ')') {
          return start;
        }
      }
    }
    return -1;
  }

  /** A place in the arguments of a call. */
  private static final class Place {
    private int depth;
    private boolean quoted;

    /** Goes on by a character; true when it is the comma or the bracket behind an argument. */
    boolean endsArgument(char c) {
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && depth == 0 && (c == ',' || c == ')')) {
        return true;
      } else if (!quoted && (c == '(' || c == '{' || c == '[')) {
        depth++;
      } else if (!quoted && (c == ')' || c == '}' || c == ']')) {
        depth--;
      }
      return false;
    }
  }
}

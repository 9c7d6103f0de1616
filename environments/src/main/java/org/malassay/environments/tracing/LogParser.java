package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the log that qemu-user writes of system calls, {@code QEMU_STRACE}. A call is written when
 * it begins, as {@code 42 openat(AT_FDCWD,"/etc/passwd",O_RDONLY)}, and its result when it returns,
 * as {@code = 3} and a line's end, without saying of which call; meanwhile others may have written.
 * Text is not escaped, so a sample can make up calls by the names that it gives to files.
 */
final class LogParser {
  /** No call takes more; what goes on longer is not understood. */
  private static final int LONGEST = 64 * 1024;

  private static final Pattern BEGIN = Pattern.compile("(\\d{1,10}) ([a-z_][a-z0-9_]{0,40})\\(");
  private static final Pattern RESULT =
      Pattern.compile(" = (?:-1 errno=(\\d{1,4})|(-?\\d{1,19})|0x([0-9a-f]{1,16}))\\b.*");

  private final Told told;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

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
      if (next != '\n') {
        line.write(next);
      } else if (parse(line.toString(UTF_8), false) || line.size() > LONGEST) {
        line.reset();
      } else {
        line.write(next); // a line's end in a name
      }
      if (line.size() > 2 * LONGEST) {
        line.reset();
      }
    }
  }

  /** The log is at its end. */
  void end() {
    parse(line.toString(UTF_8), true);
    line.reset();
  }

  /** False when the text ends in the middle of a call: nothing of it is told then. */
  private boolean parse(String text, boolean isEnd) {
    List<Runnable> calls = new ArrayList<>();
    int at = 0;
    Matcher begin = BEGIN.matcher(text);
    while (begin.region(at, text.length()).lookingAt()) {
      int process = number(begin.group(1));
      String name = begin.group(2);
      List<String> arguments = new ArrayList<>();
      at = arguments(text, begin.end(), arguments);
      if (at < 0 && !isEnd) {
        return false;
      } else if (at < 0) {
        at = text.length();
        break; // the last call was not written whole
      }
      calls.add(() -> told.call(process, name, arguments));
    }
    calls.forEach(Runnable::run);
    Matcher result = RESULT.matcher(text).region(at, text.length());
    if (result.matches()) {
      told.result(value(result));
    }
    return true;
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
  private static int arguments(String text, int from, List<String> arguments) {
    int start = from;
    int depth = 0;
    boolean quoted = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && depth == 0 && (c == ',' || c == ')')) {
        String argument = text.substring(start, i).strip();
        if (c == ',' || !argument.isEmpty()) {
          arguments.add(argument);
        }
        start = i + 1;
        if (c == ')') {
          return start;
        }
      } else if (!quoted && (c == '(' || c == '{' || c == '[')) {
        depth++;
      } else if (!quoted && (c == ')' || c == '}' || c == ']')) {
        depth--;
      }
    }
    return -1;
  }
}

package org.malassay.score;

import java.util.List;
import java.util.Set;

/**
 * Where a shell takes its commands from, by the arguments that it was started with.
 *
 * @param told whether they are among the arguments
 * @param script the file that it was told to read them from, as it was told; empty where they are
 *     told, or come by the standard input
 */
record ShellArguments(boolean told, String script) {
  /** By the standard input. */
  static final ShellArguments NONE = new ShellArguments(false, "");

  /** The standard input as a file. */
  static final Set<String> INPUTS = Set.of("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0");

  /** Long options whose value is the next argument. */
  private static final Set<String> VALUED = Set.of("--rcfile", "--init-file");

  /**
   * Reads them.
   *
   * @param words those after the shell's name
   */
  static ShellArguments of(List<String> words) {
    boolean told = false;
    boolean byInput = false;
    int at = 0;
    while (at < words.size() && isOption(words.get(at))) {
      String word = words.get(at++);
      if (word.equals("-") || word.equals("--")) {
        break;
      }
      if (word.startsWith("--")) {
        at += VALUED.contains(word) ? 1 : 0;
        continue;
      }
      told |= word.startsWith("-") && word.contains("c");
      byInput |= word.startsWith("-") && word.contains("s");
      at += (int) word.chars().filter(it -> it == 'o' || it == 'O').count(); // their values
    }
    if (told) {
      return new ShellArguments(true, "");
    }
    return byInput || at >= words.size() || INPUTS.contains(words.get(at))
        ? NONE
        : new ShellArguments(false, words.get(at));
  }

  private static boolean isOption(String word) {
    return word.startsWith("-") || word.startsWith("+");
  }
}

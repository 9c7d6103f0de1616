package org.malassay.verdict;

import java.util.List;

/** Names of signals by their Linux/ARM numbers (signal(7)). */
public final class Signals {
  public static final int SIGILL = 4;
  public static final int SIGABRT = 6;
  public static final int SIGBUS = 7;
  public static final int SIGKILL = 9;
  public static final int SIGSEGV = 11;

  private static final List<String> NAMES =
      List.of(
          "0",
          "SIGHUP",
          "SIGINT",
          "SIGQUIT",
          "SIGILL",
          "SIGTRAP",
          "SIGABRT",
          "SIGBUS",
          "SIGFPE",
          "SIGKILL",
          "SIGUSR1",
          "SIGSEGV",
          "SIGUSR2",
          "SIGPIPE",
          "SIGALRM",
          "SIGTERM",
          "SIGSTKFLT",
          "SIGCHLD",
          "SIGCONT",
          "SIGSTOP",
          "SIGTSTP",
          "SIGTTIN",
          "SIGTTOU",
          "SIGURG",
          "SIGXCPU",
          "SIGXFSZ",
          "SIGVTALRM",
          "SIGPROF",
          "SIGWINCH",
          "SIGIO",
          "SIGPWR",
          "SIGSYS");
  private static final int SIGRTMIN = 32;

  private Signals() {}

  /** The name of a signal, such as {@code SIGSEGV}, {@code SIGRTMIN+2}. */
  public static String name(int signal) {
    if (signal >= SIGRTMIN) {
      return "SIGRTMIN+" + (signal - SIGRTMIN);
    }
    return NAMES.get(signal);
  }
}

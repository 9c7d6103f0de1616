package org.malassay.profile;

import java.util.List;
import java.util.Optional;

/**
 * Calls that no walk back from an instruction finds, each with the reason: data, not code.
 *
 * @param call its name
 * @param function the function of libc by which it is made; empty where every program makes it
 * @param why no instruction tells it
 */
record CallsByHand(String call, Optional<String> function, String why) {
  private static final String KERNEL = "the kernel has the program make it";
  private static final String ALL_THREADS =
      "glibc puts its number into a struct for all threads (struct xid_command)";

  /** All of them. */
  static final List<CallsByHand> ALL =
      List.of(
          always(
              "set_tls", "ARM's private call 0xf0005, by which the loader sets the thread's area"),
          always("restart_syscall", KERNEL + " after a stop signal, where one was interrupted"),
          always("sigreturn", KERNEL + " behind a handler of a signal, from its own page"),
          always("rt_sigreturn", KERNEL + " behind a handler of a signal, from its own page"),
          by("setuid", "setuid32", ALL_THREADS),
          by("setgid", "setgid32", ALL_THREADS),
          by("setgroups", "setgroups32", ALL_THREADS),
          by("seteuid", "setresuid32", ALL_THREADS),
          by("setegid", "setresgid32", ALL_THREADS),
          by("setreuid", "setreuid32", ALL_THREADS),
          by("setregid", "setregid32", ALL_THREADS),
          by("setresuid", "setresuid32", ALL_THREADS),
          by("setresgid", "setresgid32", ALL_THREADS),
          by("initgroups", "setgroups32", "it calls setgroups: " + ALL_THREADS));

  private static CallsByHand always(String call, String why) {
    return new CallsByHand(call, Optional.empty(), why);
  }

  private static CallsByHand by(String function, String call, String why) {
    return new CallsByHand(call, Optional.of(function), why);
  }
}

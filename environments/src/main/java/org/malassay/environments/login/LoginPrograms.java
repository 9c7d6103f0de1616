package org.malassay.environments.login;

import java.util.List;
import java.util.stream.Stream;
import org.malassay.environments.host.Recipe;
import org.malassay.sample.LoginSession;
import org.malassay.sample.LoginSession.Protocol;

/**
 * The programs of login sessions, from the folder {@code environments/login}. In a guest whose
 * image has them, a login is held by {@link #hold}; from then on the guest has {@link
 * LoginSession#INTERPRETER}, by whose name the terminal types, and which it lacks until then.
 */
public final class LoginPrograms {
  /** What the terminal is compiled of, which logs in, waits, and types. */
  public static final List<String> TERMINAL =
      List.of("terminal.c", "hold.c", "screen.c", "script.c", "socket.c", "type.c");

  /** What the shell of the account is compiled of, which waits until a session is typed. */
  public static final List<String> SHELL = List.of("gate.c", "socket.c");

  private static final List<String> HEADERS =
      List.of("hold.h", "login.h", "screen.h", "script.h", "type.h");
  private static final String FOLDER = "/org/malassay/environments/login/";
  private static final String PLACE = "/usr/local/sbin/malassay-";

  /** Where the terminal lies in a guest. */
  public static final String TERMINAL_FILE = PLACE + "terminal";

  /** Where the shell of the account lies in a guest. */
  public static final String SHELL_FILE = PLACE + "shell";

  /** The file that names the account's real shell, where that is not busybox. */
  public static final String REAL_SHELL = "/etc/malassay-login-shell";

  private LoginPrograms() {}

  /** All that they are made of. */
  public static Recipe recipe() {
    return Recipe.ofResources(
        Stream.of(TERMINAL, SHELL, HEADERS)
            .flatMap(List::stream)
            .distinct()
            .map(FOLDER::concat)
            .toArray(String[]::new));
  }

  /**
   * The command, in letters that mean nothing to a shell, that logs in and returns when the login
   * stands before its shell. With another status than 0 it says why on its standard error.
   */
  public static String hold(Protocol protocol) {
    return TERMINAL_FILE + " --hold " + protocol.word();
  }
}

package org.malassay.firmware.system;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.malassay.firmware.text.WordList;

/** What network services a command line is known for, and whether it is a door for debugging. */
final class Services {
  private static final Map<String, List<String>> BY_PROGRAM = table();

  private static final Set<String> SHELLS = Set.of("sh", "ash", "bash", "dash", "hush", "msh");
  private static final Set<String> DEBUGGERS = Set.of("gdbserver", "adbd");
  private static final Pattern SHELL_OF_A_LOGIN =
      Pattern.compile(".*\\s-l\\s*(?:/\\S*/)?(?:a|ba|da)?sh(?:\\s.*)?");
  // One after the other: in one expression, a line without a shell takes the cube of its length.
  private static final Pattern NETCAT = Pattern.compile("(?:\\S*/)?(?:nc|ncat|netcat)\\s");
  private static final Pattern LISTENS_OR_RUNS = Pattern.compile("-\\S*?[el]");
  private static final Pattern SHELL = Pattern.compile("sh(?:\\s|$)");

  private Services() {}

  private static Map<String, List<String>> table() {
    return WordList.beside(Services.class, "services.list").stream()
        .collect(
            Collectors.toUnmodifiableMap(
                words -> words.get(0), words -> words.subList(1, words.size())));
  }

  /** The last step of the path of the program of a command line. */
  static String program(String command) {
    String path = command.strip().split("\\s+", 2)[0];
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static boolean isKnown(String program) {
    return BY_PROGRAM.containsKey(program);
  }

  /** In {@code busybox telnetd} the second word is the program. */
  static List<String> of(String command) {
    String program = program(command);
    String applet =
        program.equals("busybox") ? program(command.strip().replaceFirst("\\S+\\s*", "")) : program;
    return BY_PROGRAM.getOrDefault(applet, List.of());
  }

  static boolean isShell(String command) {
    return SHELLS.contains(program(command.startsWith("-") ? command.substring(1) : command));
  }

  /** A door that leads in without a login, or into a debugger. */
  static boolean isDebug(String command) {
    boolean login = of(command).contains("telnet") || program(command).endsWith("getty");
    return DEBUGGERS.contains(program(command))
        || (login && SHELL_OF_A_LOGIN.matcher(command).matches())
        || isShellOnAPort(command);
  }

  private static boolean isShellOnAPort(String command) {
    Matcher netcat = NETCAT.matcher(command);
    Matcher option = LISTENS_OR_RUNS.matcher(command);
    return netcat.lookingAt()
        && option.find(netcat.end())
        && SHELL.matcher(command).find(option.end());
  }
}

package org.malassay.firmware.system;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of a shell script that start something, as far as they can be told without a shell:
 * known network services, {@code start-stop-daemon}, {@code procd_set_param command}, and what is
 * put into the background. Variables that have one plain value are put in.
 */
final class Script {
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "^\\s*(?:local |export |readonly )?([A-Za-z_]\\w*)=(?:\"([^\"`]*)\"|'([^']*)'|([^\\s;\"'`]*))\\s*$");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)\\}?");
  private static final Pattern PARTS = Pattern.compile("\\s*(?:;;?|&&|\\|\\|?|\\n)\\s*");
  private static final Pattern BEFORE =
      Pattern.compile(
          "^(?:(?:then|do|else|exec|nohup|nice|if|!|time|busybox|sudo|eval|\\{|\\(|[\\w*|-]+\\))\\s+|nice\\s+-n\\s*-?\\d+\\s+|[A-Za-z_]\\w*=\\S*\\s+)+");
  private static final Pattern DAEMON = Pattern.compile("start-stop-daemon\\s(.*)");
  private static final Pattern EXECUTABLE =
      Pattern.compile("(?:-x|--exec|-a|--startas|--exec=|-\\w*[Sbmq]x)[ =]\\s*\"?([^\\s\"]+)\"?");
  private static final Pattern PROCD =
      Pattern.compile(
          "procd_set_param\\s+command\\s+(.*)|service_start\\s+(.*)|(?:start_daemon|daemon)\\s+(?:-\\S+\\s+)*(.*)");
  private static final Pattern BACKGROUND =
      Pattern.compile("(/\\S+/\\S+|\\./\\S+)(\\s[^&]*)?&\\s*");

  private static final int MOST_LINES = 5000;
  private static final int MOST_COMMANDS = 100;
  private static final int MOST_LENGTH = 1000;

  private Script() {}

  /** The command lines, each once. */
  static List<String> commands(String text) {
    Map<String, String> variables = new HashMap<>();
    Set<String> commands = new LinkedHashSet<>();
    List<String> lines = text.replace("\\\n", " ").lines().limit(MOST_LINES).toList();
    for (String line : lines) {
      if (line.length() > MOST_LENGTH) {
        continue;
      }
      Matcher assigned = ASSIGNED.matcher(line);
      if (assigned.matches()) {
        String value = first(assigned.group(2), assigned.group(3), assigned.group(4));
        variables.putIfAbsent(assigned.group(1), filled(value, variables));
      } else if (!line.stripLeading().startsWith("#") && commands.size() < MOST_COMMANDS) {
        for (String part : PARTS.split(line, -1)) {
          command(filled(part.strip(), variables)).forEach(commands::add);
        }
      }
    }
    return List.copyOf(commands);
  }

  private static String first(String... texts) {
    for (String text : texts) {
      if (text != null) {
        return text;
      }
    }
    return "";
  }

  private static String filled(String text, Map<String, String> variables) {
    Matcher variable = VARIABLE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (variable.find() && filled.length() < MOST_LENGTH) {
      String value = variables.get(variable.group(1));
      variable.appendReplacement(
          filled, Matcher.quoteReplacement(value == null ? variable.group() : value));
    }
    variable.appendTail(filled);
    return filled.length() > MOST_LENGTH ? filled.substring(0, MOST_LENGTH) : filled.toString();
  }

  private static List<String> command(String part) {
    String plain = BEFORE.matcher(part).replaceFirst("").strip();
    List<String> commands = new ArrayList<>();
    Matcher daemon = DAEMON.matcher(plain);
    Matcher procd = PROCD.matcher(plain);
    Matcher background = BACKGROUND.matcher(plain);
    if (daemon.matches()) {
      String rest = daemon.group(1);
      Matcher executable = EXECUTABLE.matcher(" " + rest);
      boolean starts =
          rest.matches(".*(?:-S\\b|--start\\b|-\\w*S\\w*).*") && !rest.contains("--stop");
      if (starts && executable.find()) {
        int arguments = rest.indexOf(" -- ");
        commands.add(
            executable.group(1)
                + (arguments < 0 ? "" : " " + rest.substring(arguments + 4).strip()));
      }
    } else if (procd.matches()) {
      commands.add(first(procd.group(1), procd.group(2), procd.group(3)).replace("\"", "").strip());
    } else if (background.matches() || isService(plain) || Services.isDebug(plain)) {
      commands.add(plain.replaceFirst("\\s*&\\s*$", "").replaceFirst("\\s*\\d?>.*$", "").strip());
    }
    return commands.stream()
        .filter(command -> !command.isEmpty() && !command.startsWith("$"))
        .toList();
  }

  private static boolean isService(String plain) {
    // A service's name alone is a word of a list more often than a command; a path is not.
    return Services.isKnown(Services.program(plain))
        && (plain.startsWith("/")
            || plain.contains(" ")
            || plain.endsWith("&")
            || plain.matches("[\\w.-]+"))
        && !plain.matches(".*(?:\\[|\\]|=\\s|\\bkill).*");
  }
}

package org.malassay.firmware.system;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.firmware.Account;
import org.malassay.firmware.Component;
import org.malassay.firmware.Kernel.Told;
import org.malassay.firmware.Start;
import org.malassay.sample.SafeText;

/**
 * What an image starts by itself, its accounts, its packages and what it sets of its kernel, told
 * by the files of its root file systems. Nothing is run, so that what a script decides when it runs
 * is not known: each start is what may start.
 *
 * <ul>
 *   <li>{@code inittab}: every line but those for shutting down (inittab(5); BusyBox's {@code
 *       init.c}: the first field is a terminal)
 *   <li>{@code rc}: scripts that {@code rcN.d} or {@code rc.d} links to with an {@code S}, and
 *       {@code rcS}, {@code rc.local}
 *   <li>{@code init.d}: scripts there whose own name begins with {@code S} and two digits, as
 *       Buildroot's {@code rcS} starts them
 *   <li>{@code procd}: those of {@code rc.d} that are written for it
 *   <li>{@code systemd}: units that {@code *.wants} or {@code *.requires} link to
 *       (systemd.unit(5)), those of an image whose links are made when packages are configured
 *       included only if the links are there
 * </ul>
 *
 * For one thread at a time.
 */
public final class SystemFacts {
  private static final Pattern WANTED =
      Pattern.compile(
          ".*/etc/(?:inittab|passwd-?|shadow-?|rc\\.local|rcS|rc|init\\.d/[^/]+|rc[S0-9]?\\.d/[^/]+|rc\\.d/.+|sysctl\\.conf|sysctl\\.d/[^/]+\\.conf|selinux/config|os-release|openwrt_release)"
              + "|.*/(?:lib|etc)/systemd/system/.+\\.(?:service|socket)"
              + "|.*/(?:usr/lib|var/lib)/opkg/status|.*/var/lib/dpkg/status|.*/lib/apk/db/installed"
              + "|.*/usr/lib/os-release");

  private static final Pattern LINKED =
      Pattern.compile(".*/rc[S1-5]?\\.d/(?:rc[S1-5]\\.d/)?S\\d\\d[^/]+");
  private static final Pattern NAMED = Pattern.compile(".*/etc/init\\.d/S\\d\\d[^/]+");
  private static final Pattern PLAIN =
      Pattern.compile(
          ".*/etc/(?:init\\.d/)?(?:rcS|rc\\.local|rc)|.*/etc/rc\\.d/rc(?:\\.local|S|\\.sysinit)?");
  private static final Pattern UNIT_LINK =
      Pattern.compile(".*/systemd/system/[^/]+\\.(?:wants|requires)/([^/]+\\.(?:service|socket))");
  private static final Pattern UNIT =
      Pattern.compile(".*/systemd/system/([^/]+\\.(?:service|socket))");
  private static final Pattern INSTANCE = Pattern.compile("([^@]+@)[^.]*(\\..*)");
  private static final Pattern EXEC = Pattern.compile("(?m)^ExecStart\\s*=\\s*[-@:+!|]*(.+)$");
  private static final Pattern INITTAB = Pattern.compile("([^:#]*):([^:]*):([^:]*):(.*)");
  private static final Set<String> NOT_AT_START =
      Set.of(
          "initdefault",
          "ctrlaltdel",
          "shutdown",
          "restart",
          "powerfail",
          "powerwait",
          "powerokwait");
  private static final Pattern SETTING =
      Pattern.compile("(?m)^\\s*-?\\s*(kernel[./][\\w./]+)\\s*=\\s*(\\S+)");
  private static final Pattern SELINUX = Pattern.compile("(?m)^\\s*SELINUX\\s*=\\s*(\\w+)");
  private static final Pattern RELEASE =
      Pattern.compile("(?m)^(DISTRIB_ID|DISTRIB_RELEASE|ID|VERSION_ID)=['\"]?([^'\"\\n]*)['\"]?");
  private static final Pattern APPARMOR = Pattern.compile(".*/etc/apparmor\\.d/[^/]+");

  private static final int MOST_STARTS = 2000;
  private static final int MOST_COMMAND = 300;
  private static final int MOST_PACKAGES = 5000;

  /** Of all files together, in characters: those of a device have a hundredth. */
  static final int MOST_TEXT = 32 << 20;

  private final Map<String, String> texts = new TreeMap<>();
  private final Map<String, String> links = new TreeMap<>();
  private long textLength;
  private String profiles = "";

  /** Whether a file or link is to be told. */
  public static boolean isWanted(String path) {
    return WANTED.matcher(path).matches()
        || UNIT_LINK.matcher(path).matches()
        || APPARMOR.matcher(path).matches();
  }

  /**
   * A file that is wanted. The same path in several parts counts once, the first one; what does not
   * fit into 32 Mi characters with those before it is left out.
   */
  public void file(String path, String text) {
    if (APPARMOR.matcher(path).matches()) {
      profiles = profiles.isEmpty() ? path : profiles;
    } else if (textLength + text.length() <= MOST_TEXT && texts.putIfAbsent(path, text) == null) {
      textLength += text.length();
    }
  }

  /** A link that is wanted. */
  public void link(String path, String target) {
    links.putIfAbsent(path, target);
  }

  /** What starts by itself, ordered by the file that says so; the first 2,000 of it. */
  public List<Start> starts() {
    Set<Start> starts = new LinkedHashSet<>();
    for (Map.Entry<String, String> file : texts.entrySet()) {
      String path = file.getKey();
      String text = file.getValue();
      if (starts.size() >= MOST_STARTS) {
        break;
      } else if (path.endsWith("/etc/inittab")) {
        starts.addAll(inittab(path, text));
      } else if (PLAIN.matcher(path).matches()) {
        starts.addAll(script("rc", path, Script.commands(text)));
      } else if (NAMED.matcher(path).matches()) {
        starts.addAll(script("init.d", path, Script.commands(text)));
      } else if (LINKED.matcher(path).matches()) {
        starts.addAll(script(manager(text), path, Script.commands(text)));
      }
    }
    Map<String, List<String>> commands = new HashMap<>(); // many links may lead to one script
    Map<String, String> units = units();
    for (Map.Entry<String, String> link : links.entrySet()) {
      if (starts.size() >= MOST_STARTS) {
        break;
      }
      String path = link.getKey();
      String name = link.getValue().substring(link.getValue().lastIndexOf('/') + 1);
      if (LINKED.matcher(path).matches()) {
        String script = root(path) + "/etc/init.d/" + name;
        String text = texts.getOrDefault(script, "");
        starts.addAll(
            script(
                manager(text),
                path,
                commands.computeIfAbsent(script, any -> Script.commands(text))));
      }
      Matcher unit = UNIT_LINK.matcher(path);
      if (unit.matches()) {
        starts.addAll(unit(path, unit.group(1), units));
      }
    }
    return starts.stream().limit(MOST_STARTS).toList();
  }

  /** The texts of units by their names; of one in several folders the first. */
  private Map<String, String> units() {
    Map<String, String> units = new HashMap<>();
    texts.forEach(
        (path, text) -> {
          Matcher unit = UNIT.matcher(path);
          if (unit.matches()) {
            units.putIfAbsent(unit.group(1), text);
          }
        });
    return units;
  }

  private static String manager(String script) {
    return script.contains("USE_PROCD=")
            || script.contains("procd_")
            || script.contains("/etc/rc.common")
        ? "procd"
        : "rc";
  }

  /** The path of the file system that a file of {@code /etc} lies in; empty for the first one. */
  private static String root(String path) {
    int etc = path.lastIndexOf("/etc/");
    return etc < 0 ? "" : path.substring(0, etc);
  }

  private static List<Start> inittab(String path, String text) {
    List<Start> starts = new ArrayList<>();
    text.lines()
        .map(INITTAB::matcher)
        .filter(Matcher::matches)
        .filter(line -> !NOT_AT_START.contains(line.group(3).strip()))
        .filter(line -> !line.group(4).isBlank())
        .limit(MOST_STARTS)
        .forEach(
            line -> {
              String command = line.group(4).strip();
              String action = line.group(3).strip();
              boolean shell =
                  Services.isShell(command)
                      && (action.equals("respawn") || action.equals("askfirst"))
                      && !command.matches("\\S+\\s+(?:-c\\s|/).*");
              starts.add(start("inittab", path, command, shell));
            });
    return starts;
  }

  private static List<Start> script(String by, String path, List<String> commands) {
    return (commands.isEmpty() ? List.of(path) : commands)
        .stream().map(command -> start(by, path, command, false)).toList();
  }

  private static Start start(String by, String from, String command, boolean debug) {
    String cut = command.substring(0, Math.min(MOST_COMMAND, command.length()));
    return new Start(
        by, from, SafeText.visible(cut), Services.of(cut), debug || Services.isDebug(cut));
  }

  private static List<Start> unit(String path, String name, Map<String, String> units) {
    String text = unitText(name, units);
    if (text.isEmpty() && name.endsWith(".socket")) {
      return List.of();
    }
    if (name.endsWith(".socket")) {
      String service = name.substring(0, name.length() - ".socket".length());
      text = unitText(service + ".service", units) + unitText(service + "@.service", units);
    }
    Matcher exec = EXEC.matcher(text);
    List<Start> starts = new ArrayList<>();
    while (exec.find()) {
      starts.add(start("systemd", path, exec.group(1).strip(), false));
    }
    return starts.isEmpty() ? List.of(start("systemd", path, name, false)) : starts;
  }

  /** That of a unit, or of the template of which it is an instance. */
  private static String unitText(String name, Map<String, String> units) {
    Matcher instance = INSTANCE.matcher(name);
    String template = instance.matches() ? instance.group(1) + instance.group(2) : name;
    return units.getOrDefault(name, units.getOrDefault(template, ""));
  }

  /** The accounts of every root file system. */
  public List<Account> accounts() {
    List<Account> accounts = new ArrayList<>();
    texts.forEach(
        (path, text) -> {
          if (path.endsWith("/etc/passwd")) {
            String shadow = root(path) + "/etc/shadow";
            accounts.addAll(
                Accounts.of(
                    path,
                    text,
                    texts.containsKey(shadow) ? shadow : "",
                    texts.getOrDefault(shadow, "")));
          }
        });
    return accounts;
  }

  /** What the image sets of its kernel, by name: see {@code Kernels.setting}. */
  public Map<String, Told> settings() {
    Map<String, Told> settings = new LinkedHashMap<>();
    texts.forEach(
        (path, text) -> {
          if (path.contains("/etc/sysctl.")) {
            Matcher setting = SETTING.matcher(text);
            while (setting.find()) {
              settings.put(
                  setting.group(1).replace('/', '.'), new Told(cut(setting.group(2)), path));
            }
          } else if (path.endsWith("/etc/selinux/config")) {
            Matcher mode = SELINUX.matcher(text);
            if (mode.find()) {
              settings.put("selinux", new Told(cut(mode.group(1)), path));
            }
          }
        });
    if (!profiles.isEmpty()) {
      settings.put("apparmor", new Told("profiles", profiles));
    }
    return settings;
  }

  private static String cut(String text) {
    return SafeText.visible(text.substring(0, Math.min(MOST_COMMAND, text.length())));
  }

  /** What the package managers of the image say is installed, and its release. */
  public List<Component> packages() {
    Set<Component> packages = new LinkedHashSet<>();
    texts.forEach(
        (path, text) -> {
          if (path.endsWith("/opkg/status")) {
            packages.addAll(packages(path, text, "Package: ", "Version: ", "opkg"));
          } else if (path.endsWith("/dpkg/status")) {
            packages.addAll(packages(path, text, "Package: ", "Version: ", "dpkg"));
          } else if (path.endsWith("/apk/db/installed")) {
            packages.addAll(packages(path, text, "P:", "V:", "apk"));
          } else if (path.endsWith("-release") || path.endsWith("/openwrt_release")) {
            packages.addAll(release(path, text));
          }
        });
    return packages.stream().limit(MOST_PACKAGES).toList();
  }

  private static List<Component> packages(
      String path, String text, String name, String version, String manager) {
    List<Component> packages = new ArrayList<>();
    for (String paragraph : text.split("\n\n", -1)) {
      String called = "";
      String in = "";
      boolean removed = false;
      for (String line : paragraph.split("\n", -1)) {
        if (line.startsWith(name)) {
          called = line.substring(name.length()).strip();
        } else if (line.startsWith(version)) {
          in = line.substring(version.length()).strip();
        } else if (line.startsWith("Status:")) {
          removed = !line.endsWith(" installed");
        }
      }
      if (!called.isEmpty() && !removed) {
        packages.add(new Component(cut(called), cut(in), path, "package of " + manager));
      }
    }
    return packages;
  }

  private static List<Component> release(String path, String text) {
    Map<String, String> fields = new TreeMap<>();
    Matcher field = RELEASE.matcher(text);
    while (field.find()) {
      fields.putIfAbsent(field.group(1), field.group(2));
    }
    String name = fields.getOrDefault("ID", fields.getOrDefault("DISTRIB_ID", ""));
    String version = fields.getOrDefault("VERSION_ID", fields.getOrDefault("DISTRIB_RELEASE", ""));
    return name.isEmpty()
        ? List.of()
        : List.of(new Component(cut(name).toLowerCase(Locale.ROOT), cut(version), path, "release"));
  }
}

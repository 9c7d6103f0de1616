package org.malassay.score;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Event;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.SystemCall;

/**
 * Which program each process of the sample runs, which files the sample has written, and which name
 * stands for which address.
 */
final class Processes {
  /** Ids are used again; those seen last are kept. */
  private static final int MOST = 65_536;

  private static final int MOST_DEPTH = 64;

  private static final int MOST_NAMES = 10_000;

  /** Who asks for a name has not spoken to whom he wants to. */
  private static final int NAMES_PORT = 53;

  private static final Set<String> SHELLS =
      Set.of("sh", "ash", "dash", "bash", "hush", "rbash", "ksh", "mksh", "zsh");

  /** A program of many names: its first argument is the name, unless it was called by one. */
  private static final String BUSYBOX = "busybox";

  private final Map<Integer, Running> all =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Running> eldest) {
          return size() > MOST;
        }
      };

  private final WrittenFiles files = new WrittenFiles();

  /** By the address that a server of names answered. */
  private final Map<String, String> names = new HashMap<>();

  /** A process; what it runs changes. */
  static final class Running {
    private final int id;
    private final int parent;
    private String image = "";
    private String commandLine = "";
    private String program = "";
    private ShellArguments arguments = ShellArguments.NONE;
    private boolean connected;

    /** It goes on with what its maker was doing: it has neither executed a program nor a name. */
    private boolean copied;

    private Pipes pipes = Pipes.NONE;

    Running(int id, int parent) {
      this.id = id;
      this.parent = parent;
    }

    private void like(Running maker) {
      image = maker.image;
      commandLine = maker.commandLine;
      program = maker.program;
      arguments = maker.arguments;
      connected = maker.connected;
      pipes = maker.pipes;
      copied = true;
    }

    private void start(ProgramStarted started) {
      List<String> words = started.arguments();
      image = started.program();
      commandLine = String.join(" ", words);
      int at = 0;
      while (at + 1 < words.size() && lastPart(words.get(at)).equals(BUSYBOX)) {
        at++;
      }
      program = at < words.size() ? lastPart(words.get(at)) : lastPart(image);
      List<String> rest = words.subList(Math.min(at + 1, words.size()), words.size());
      arguments = isShell() ? ShellArguments.of(rest) : ShellArguments.NONE;
      copied = false;
    }

    /** A login shell's name begins with a dash. */
    private static String lastPart(String path) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      return name.startsWith("-") ? name.substring(1) : name;
    }

    /** What a call does to its pipes. */
    private void pass(SystemCall call) {
      pipes = pipes.after(call, connected);
    }

    int id() {
      return id;
    }

    int parent() {
      return parent;
    }

    /** The path of its program; empty where it is not known. */
    String image() {
      return image;
    }

    String commandLine() {
      return commandLine;
    }

    /**
     * The name by which its program goes, such as {@code wget}: of a program with many names, the
     * one that it was asked to be. Empty where it is not known.
     */
    String program() {
      return program;
    }

    boolean isShell() {
      return SHELLS.contains(program);
    }

    /** The file that a shell was told to read its commands from, as it was told; may be empty. */
    String script() {
      return arguments.script();
    }

    /** Whether it is a shell by its own doing, and reads its commands from its standard input. */
    private boolean readsInput() {
      return isShell() && arguments.equals(ShellArguments.NONE) && !copied;
    }

    /** Whether it is such a shell, and its standard input is what it was at the login. */
    boolean takesCommands() {
      return readsInput() && !pipes.isInputElsewhere();
    }

    /**
     * Whether what it reads there are its commands, and came from a peer on a network, by a pipe.
     */
    boolean executesFetched(String descriptor) {
      return readsInput() && pipes.isFetchedInput(descriptor);
    }

    /** Whether it, or who made it, has spoken to a peer on a network. */
    boolean isConnected() {
      return connected;
    }
  }

  void accept(Event event) {
    if (event instanceof ProcessBegun begun) {
      Running parent = all.get(begun.parent());
      Running process = new Running(begun.process(), begun.parent());
      if (parent != null) {
        process.like(parent);
      }
      all.put(begun.process(), process);
    } else if (event instanceof ProgramStarted started) {
      begunUnseen(started.process()).start(started);
    } else if (event instanceof Question question
        && question.protocol().equals("dns")
        && names.size() < MOST_NAMES) {
      String asked = question.asked();
      names.put(question.answer(), asked.substring(asked.indexOf(' ') + 1));
    }
  }

  private Running begunUnseen(int id) {
    return all.computeIfAbsent(id, it -> new Running(it, 0));
  }

  /** What a call changes for those after it. */
  void learn(SystemCall call) {
    files.learn(call);
    switch (call.name()) {
      case "connect", "sendto", "sendmsg" -> {
        if (call.endpoint().filter(peer -> peer.port() != NAMES_PORT).isPresent()
            && (call.succeeded() || call.error().equals(Optional.of("EINPROGRESS")))) {
          begunUnseen(call.process()).connected = true;
        }
      }
      case "prctl" -> rename(call);
      default -> begunUnseen(call.process()).pass(call);
    }
  }

  /** A shell of many names need not execute itself to be another of them: it forks and says so. */
  private void rename(SystemCall call) {
    Running process = all.get(call.process());
    List<String> words = call.arguments();
    if (process != null
        && process.isShell()
        && words.size() > 1
        && words.get(0).equals("PR_SET_NAME")) {
      process.program = words.get(1).replace("\"", "");
      process.arguments = ShellArguments.NONE;
      process.copied = false;
    }
  }

  /** What the sample has written there; null when the file is not the sample's. */
  @Nullable String held(String path) {
    return files.held(path);
  }

  @Nullable Running find(int id) {
    return all.get(id);
  }

  /** The name that was asked for when this address was the answer. */
  @Nullable String name(String address) {
    return names.get(address);
  }

  /** To whom a process sends a signal, by the first argument of the call. */
  String whom(int sender, int target) {
    if (target == -1) {
      return "everyone";
    }
    if (target <= 0) {
      return "group";
    }
    if (target == sender) {
      return "self";
    }
    Running known = all.get(target);
    if (known == null) {
      return "other";
    }
    return known.parent == sender ? "child" : isAbove(target, sender) ? "ancestor" : "other";
  }

  /** Whether a process of the sample has made this one, or the maker of it, and so on. */
  private boolean isAbove(int process, int below) {
    Running at = all.get(below);
    for (int i = 0; at != null && i < MOST_DEPTH; i++) {
      if (at.parent == process) {
        return true;
      }
      at = all.get(at.parent);
    }
    return false;
  }
}

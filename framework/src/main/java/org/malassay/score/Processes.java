package org.malassay.score;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Event;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;

/** Which program each process of the sample runs, and which name stands for which address. */
final class Processes {
  /** Ids are used again; those seen last are kept. */
  private static final int MOST = 65_536;

  private static final int MOST_DEPTH = 64;

  private static final int MOST_NAMES = 10_000;

  private final Map<Integer, Running> all =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Running> eldest) {
          return size() > MOST;
        }
      };

  /** By the address that a server of names answered. */
  private final Map<String, String> names = new HashMap<>();

  /** A process; what it runs changes. */
  static final class Running {
    private final int id;
    private final int parent;
    private String image;
    private String commandLine;

    Running(int id, int parent, String image, String commandLine) {
      this.id = id;
      this.parent = parent;
      this.image = image;
      this.commandLine = commandLine;
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
  }

  void accept(Event event) {
    if (event instanceof ProcessBegun begun) {
      Running parent = all.get(begun.parent());
      all.put(
          begun.process(),
          new Running(
              begun.process(),
              begun.parent(),
              parent == null ? "" : parent.image,
              parent == null ? "" : parent.commandLine));
    } else if (event instanceof ProgramStarted started) {
      Running process =
          all.computeIfAbsent(started.process(), id -> new Running(id, 0, "", "")); // begun unseen
      process.image = started.program();
      process.commandLine = String.join(" ", started.arguments());
    } else if (event instanceof Question question
        && question.protocol().equals("dns")
        && names.size() < MOST_NAMES) {
      String asked = question.asked();
      names.put(question.answer(), asked.substring(asked.indexOf(' ') + 1));
    }
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

package org.malassay.behavior;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.behavior.Behavior.Change;
import org.malassay.behavior.Behavior.FileChanges;

/** What happened to files, by the calls that did it. */
final class FileFold {
  private static final int EXECUTE = 0111;
  private final Map<String, FileChanges> changes = new LinkedHashMap<>();
  private long leftOut;

  void accept(SystemCall call) {
    if (!call.succeeded() || call.path().isEmpty()) {
      return;
    }
    String path = call.path().get();
    switch (call.name()) {
      case "open", "openat", "creat" -> opened(call, path);
      case "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "sendfile64" -> {
        if (call.result() > 0) {
          note(call, path, Change.WRITTEN);
        }
      }
      case "truncate", "truncate64", "ftruncate", "ftruncate64", "fallocate" ->
          note(call, path, Change.WRITTEN);
      case "mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat" ->
          note(call, path, Change.CREATED);
      case "link", "linkat" ->
          call.target().ifPresent(target -> note(call, target, Change.CREATED));
      case "rename", "renameat", "renameat2" -> {
        note(call, path, Change.RENAMED);
        call.target().ifPresent(target -> note(call, target, Change.RENAMED));
      }
      case "unlink", "unlinkat", "rmdir" -> note(call, path, Change.DELETED);
      case "chmod", "fchmod" -> changedMode(call, path, 1);
      case "fchmodat", "fchmodat2" -> changedMode(call, path, 2);
      default -> {
        // changes no file
      }
    }
  }

  private void opened(SystemCall call, String path) {
    String flags = call.name().equals("creat") ? "O_CREAT|O_TRUNC" : flags(call);
    if (flags.contains("O_CREAT")) {
      note(call, path, Change.CREATED);
      if ((mode(call, call.arguments().size() - 1) & EXECUTE) != 0) {
        note(call, path, Change.MADE_EXECUTABLE);
      }
    }
    if (flags.contains("O_TRUNC")) {
      note(call, path, Change.WRITTEN);
    }
  }

  private static String flags(SystemCall call) {
    int at = call.name().equals("open") ? 1 : 2;
    return at < call.arguments().size() ? call.arguments().get(at) : "";
  }

  private void changedMode(SystemCall call, String path, int argument) {
    if ((mode(call, argument) & EXECUTE) != 0) {
      note(call, path, Change.MADE_EXECUTABLE);
    }
  }

  /** The mode that a word such as {@code 0755} says; 0 when it says none. */
  private static int mode(SystemCall call, int argument) {
    String word = argument < call.arguments().size() ? call.arguments().get(argument) : "";
    try {
      return Integer.parseInt(word, 8);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void note(SystemCall call, String path, Change change) {
    FileChanges known = changes.get(path);
    if (known == null) {
      if (changes.size() == Behavior.MOST_FILES) {
        leftOut++;
        return;
      }
      known = new FileChanges(path, call.at(), call.process(), EnumSet.noneOf(Change.class));
      changes.put(path, known);
    }
    known.changes().add(change);
  }

  List<FileChanges> changes() {
    return changes.values().stream()
        .map(
            it ->
                new FileChanges(
                    it.path(),
                    it.at(),
                    it.process(),
                    Collections.unmodifiableSet(EnumSet.copyOf(it.changes()))))
        .toList();
  }

  long leftOut() {
    return leftOut;
  }
}

package org.malassay.behavior;

import org.malassay.behavior.Behavior.Change;

/** What a call that succeeded did to files. */
final class FileEffects {
  private static final int EXECUTE = 0111;

  /** Takes what happened to a path. */
  @FunctionalInterface
  interface Effect {
    void of(String path, Change change);
  }

  private final SystemCall call;
  private final Effect effect;

  private FileEffects(SystemCall call, Effect effect) {
    this.call = call;
    this.effect = effect;
  }

  /** Tells each change of each path, in an order that makes sense. */
  static void tell(SystemCall call, Effect effect) {
    if (call.succeeded() && call.path().isPresent()) {
      new FileEffects(call, effect).tell(call.path().get());
    }
  }

  /** Whether it is a call that gives a file another name, or its name to another file. */
  static boolean isRename(SystemCall call) {
    return switch (call.name()) {
      case "rename", "renameat", "renameat2" -> true;
      default -> false;
    };
  }

  /** Whether it makes what has no contents: a folder, a device, a link to a name. */
  static boolean makesNoContents(SystemCall call) {
    return switch (call.name()) {
      case "mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat" -> true;
      default -> false;
    };
  }

  private void tell(String path) {
    if (isRename(call)) {
      effect.of(path, Change.RENAMED);
      call.target().ifPresent(target -> effect.of(target, Change.RENAMED));
    } else if (makesNoContents(call)) {
      effect.of(path, Change.CREATED);
    } else {
      tellOthers(path);
    }
  }

  private void tellOthers(String path) {
    switch (call.name()) {
      case "open", "openat", "creat" -> opened(path);
      case "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "sendfile64" -> {
        if (call.result() > 0) {
          effect.of(path, Change.WRITTEN);
        }
      }
      case "truncate", "truncate64", "ftruncate", "ftruncate64", "fallocate" ->
          effect.of(path, Change.WRITTEN);
      case "link", "linkat" -> call.target().ifPresent(target -> effect.of(target, Change.CREATED));
      case "unlink", "unlinkat", "rmdir" -> effect.of(path, Change.DELETED);
      case "chmod", "fchmod" -> changedMode(path, 1);
      case "fchmodat", "fchmodat2" -> changedMode(path, 2);
      default -> {
        // changes no file
      }
    }
  }

  private void opened(String path) {
    String flags = flags();
    if (flags.contains("O_CREAT")) {
      effect.of(path, Change.CREATED);
      if ((mode(call.arguments().size() - 1) & EXECUTE) != 0) {
        effect.of(path, Change.MADE_EXECUTABLE);
      }
    }
    if (flags.contains("O_TRUNC")) {
      effect.of(path, Change.WRITTEN);
    }
  }

  private String flags() {
    if (call.name().equals("creat")) {
      return "O_CREAT|O_TRUNC";
    }
    int at = call.name().equals("open") ? 1 : 2;
    return at < call.arguments().size() ? call.arguments().get(at) : "";
  }

  /** Whether it opened a file so that it can be written to, which nobody may see being done. */
  static boolean opensForWriting(SystemCall call) {
    return switch (call.name()) {
      case "open", "openat", "openat2" ->
          call.succeeded()
              && call.arguments().stream()
                  .anyMatch(word -> word.startsWith("O_WRONLY") || word.startsWith("O_RDWR"));
      default -> false;
    };
  }

  private void changedMode(String path, int argument) {
    if ((mode(argument) & EXECUTE) != 0) {
      effect.of(path, Change.MADE_EXECUTABLE);
    }
  }

  /** The mode that a word such as {@code 0755} says; 0 when it says none. */
  private int mode(int argument) {
    String word = argument < call.arguments().size() ? call.arguments().get(argument) : "";
    try {
      return Integer.parseInt(word, 8);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}

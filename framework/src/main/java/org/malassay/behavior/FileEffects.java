package org.malassay.behavior;

import java.util.Optional;
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
    if (!call.succeeded()) {
      return;
    }
    if (writesToTarget(call)) {
      call.target().ifPresent(target -> effect.of(target, Change.WRITTEN));
    } else {
      call.path().ifPresent(path -> new FileEffects(call, effect).tell(path));
    }
  }

  /** Whether it copies from one descriptor, which may have no path, to another. */
  private static boolean writesToTarget(SystemCall call) {
    return switch (call.name()) {
      case "copy_file_range", "splice" -> call.result() > 0;
      default -> false;
    };
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
      case "open", "openat", "openat2", "creat" -> opened(path);
      case "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "sendfile64" -> {
        if (call.result() > 0) {
          effect.of(path, Change.WRITTEN);
        }
      }
      case "truncate", "truncate64", "ftruncate", "ftruncate64", "fallocate" ->
          effect.of(path, Change.WRITTEN);
      case "ioctl" -> {
        if (isClone()) {
          effect.of(path, Change.WRITTEN);
        }
      }
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
    String flags = call.openFlags().orElse("");
    if (flags.contains("O_CREAT")) {
      effect.of(path, Change.CREATED);
      if ((mode(call.openMode()) & EXECUTE) != 0) {
        effect.of(path, Change.MADE_EXECUTABLE);
      }
    }
    if (flags.contains("O_TRUNC")) {
      effect.of(path, Change.WRITTEN);
    }
  }

  /** Whether it gives the file the contents of another, without a copy of them. */
  private boolean isClone() {
    return call.argument(1)
        .filter(it -> it.equals("FICLONE") || it.equals("FICLONERANGE"))
        .isPresent();
  }

  /**
   * Whether it opened a file so that it can be written to, which nobody may see being done. Of an
   * openat2 whose flags could not be read nobody knows: it may have.
   */
  static boolean opensForWriting(SystemCall call) {
    return call.succeeded()
        && call.openFlags()
            .map(flags -> flags.startsWith("O_WRONLY") || flags.startsWith("O_RDWR"))
            .orElse(call.name().equals("openat2"));
  }

  private void changedMode(String path, int argument) {
    if ((mode(call.argument(argument)) & EXECUTE) != 0) {
      effect.of(path, Change.MADE_EXECUTABLE);
    }
  }

  /** The mode that a word such as {@code 0755} says; 0 when it says none. */
  private static int mode(Optional<String> word) {
    try {
      return Integer.parseInt(word.orElse(""), 8);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}

package org.malassay.score;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.SystemCall;

/**
 * The files that the sample has made or written so far, each with what it holds by the first bytes
 * that were written to it: a program that is executed later may be one of them.
 */
final class WrittenFiles {
  private static final int MOST = 65_536;

  /** More bytes than this that no text has, and it is none. */
  private static final int ODD_BYTES = 4;

  /** What a file holds, as far as is known. */
  enum Contents {
    EMPTY,
    ELF,
    /** Begins with {@code #!}. */
    SCRIPT,
    TEXT,
    DATA;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Those written first are kept. */
  private final Map<String, Contents> all = new LinkedHashMap<>();

  /** What the sample has put there; null when the file is not the sample's. */
  @Nullable String held(String path) {
    Contents contents = all.get(path);
    return contents == null ? null : contents.word();
  }

  void learn(SystemCall call) {
    if (!call.succeeded() || call.path().isEmpty()) {
      return;
    }
    String path = call.path().get();
    switch (call.name()) {
      case "open", "openat", "openat2", "creat" -> opened(path, call.openFlags().orElse(""));
      case "write", "pwrite64" -> {
        if (all.containsKey(path)) { // most writes are to what is no file of the sample's
          wrote(path, data(call));
        }
      }
      case "writev", "pwritev", "pwritev2", "sendfile", "sendfile64" -> wrote(path, Contents.DATA);
      case "copy_file_range", "splice" ->
          call.target().ifPresent(target -> wrote(target, held(path, Contents.DATA)));
      case "rename", "renameat", "renameat2" ->
          call.target()
              .ifPresent(target -> Optional.ofNullable(all.remove(path)).ifPresent(put(target)));
      case "link", "linkat" ->
          call.target()
              .ifPresent(target -> Optional.ofNullable(all.get(path)).ifPresent(put(target)));
      case "unlink", "unlinkat" -> all.remove(path);
      default -> {
        // writes no file
      }
    }
  }

  private Contents held(String path, Contents otherwise) {
    return all.getOrDefault(path, otherwise);
  }

  private Consumer<Contents> put(String path) {
    return contents -> put(path, contents);
  }

  private void put(String path, Contents contents) {
    if (all.size() < MOST || all.containsKey(path)) {
      all.put(path, contents);
    }
  }

  private void opened(String path, String flags) {
    boolean writes = flags.startsWith("O_WRONLY") || flags.startsWith("O_RDWR");
    if ((!writes && !flags.contains("O_CREAT")) || isNoFile(path)) {
      return;
    }
    put(path, flags.contains("O_TRUNC") ? Contents.EMPTY : held(path, Contents.EMPTY));
  }

  private void wrote(String path, Contents contents) {
    Contents before = all.get(path);
    if (before == Contents.EMPTY || (before != null && contents == Contents.ELF)) {
      all.put(path, contents);
    }
  }

  /** What is written there is kept by nobody, or by the kernel. */
  private static boolean isNoFile(String path) {
    return path.startsWith("/proc/")
        || path.startsWith("/sys/")
        || path.startsWith("/dev/pts/")
        || path.startsWith("/dev/tty")
        || path.equals("/dev/null")
        || path.equals("/dev/console");
  }

  /** What a call writes, by the word that tells its first bytes. */
  static Contents data(SystemCall call) {
    String word = call.arguments().size() > 1 ? call.arguments().get(1) : "";
    if (!word.startsWith("\"")) {
      return Contents.DATA; // not readable
    }
    if (word.startsWith("\"\\x7fELF")) {
      return Contents.ELF;
    }
    if (word.startsWith("\"#!")) {
      return Contents.SCRIPT;
    }
    int odd = 0;
    for (int at = word.indexOf('\\'); at >= 0; at = word.indexOf('\\', at + 2)) {
      odd += word.startsWith("\\x", at) ? 1 : 0;
    }
    return odd > ODD_BYTES ? Contents.DATA : Contents.TEXT;
  }
}

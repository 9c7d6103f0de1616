package org.malassay.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.behavior.LeftFiles.LeftFile;

class LeftFilesTest {
  private final LeftFiles left = new LeftFiles();

  private void call(String name, long result, String path, String target, String... arguments) {
    left.accept(
        new SystemCall(
            Duration.ZERO,
            Origin.HOST_KERNEL,
            Duration.ZERO,
            7,
            7,
            name,
            List.of(arguments),
            Optional.of(path).filter(it -> !it.isEmpty()),
            Optional.of(target).filter(it -> !it.isEmpty()),
            Optional.empty(),
            OptionalInt.empty(),
            result,
            Optional.empty()));
  }

  private void creates(String path) {
    call("openat", 4, path, "", "AT_FDCWD", path, "O_WRONLY|O_CREAT|O_TRUNC", "0644");
  }

  private void renames(String from, String to) {
    call("rename", 0, from, to, from, to);
  }

  @Test
  void theFilesOfAFolderMoveWithIt() {
    creates("/a/x");
    creates("/ab");
    renames("/a", "/c");
    assertThat(left.left().files()).extracting(LeftFile::path).containsExactly("/c/x", "/ab");
    assertThat(left.left().leftOut()).isZero();
  }

  /** All samples' events come the same way: nobody waits for one that renames without end. */
  @Test
  @Timeout(10)
  void aFullFolderThatIsRenamedAgainAndAgainTakesNoTime() {
    String deep = "/" + "d".repeat(2_000);
    for (int i = 0; i < 9_000; i++) {
      creates(deep + "/" + i);
    }
    for (int i = 0; i < 20_000; i++) {
      renames(deep, "/other");
      renames("/other", deep);
    }
    assertThat(left.left().files()).hasSizeBetween(9_000, 9_001);
    assertThat(left.left().leftOut()).as("renames that were not followed").isGreaterThan(10_000);
  }

  @Test
  void aFileThatIsCopiedWithinTheKernelIsWritten() {
    call("openat", 4, "/copy", "", "AT_FDCWD", "\"/copy\"", "O_WRONLY|O_CREAT|O_EXCL", "0755");
    call("copy_file_range", 900, "/source", "/copy", "3", "NULL", "4", "NULL", "900", "0");
    call("copy_file_range", 0, "/source", "/nothing", "3", "NULL", "5", "NULL", "900", "0");
    call("splice", 5, "", "/of-pipe", "3", "NULL", "6", "NULL", "900", "0");

    assertThat(left.left().files())
        .extracting(LeftFile::path, LeftFile::written)
        .containsExactly(tuple("/copy", true), tuple("/of-pipe", true));
  }

  @Test
  void whatOpenat2OpensIsKnownByItsFlagsAndWithoutThemItMayBeWritten() {
    String how = "{flags=%s, mode=0, resolve=0x8}";
    call("openat2", 3, "/read", "", "AT_FDCWD", "\"/read\"", how.formatted("O_RDONLY"), "24");
    call("openat2", 3, "/write", "", "AT_FDCWD", "\"/write\"", how.formatted("O_RDWR"), "24");
    call("openat2", 3, "/unknown", "", "AT_FDCWD", "\"/unknown\"", "0x7ff0", "24");

    assertThat(left.left().files())
        .extracting(LeftFile::path, LeftFile::written)
        .containsExactly(tuple("/write", false), tuple("/unknown", false));
  }
}

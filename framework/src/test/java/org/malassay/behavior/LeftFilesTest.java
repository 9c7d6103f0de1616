package org.malassay.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LeftFilesTest {
  private final LeftFiles left = new LeftFiles();

  private void call(String name, String path, Optional<String> target, String... words) {
    left.accept(
        new SystemCall(
            Duration.ZERO,
            Origin.HOST_KERNEL,
            Duration.ZERO,
            7,
            7,
            name,
            List.of(words),
            Optional.of(path),
            target,
            Optional.empty(),
            OptionalInt.empty(),
            1,
            Optional.empty()));
  }

  private void creates(String path) {
    call("openat", path, Optional.empty(), "AT_FDCWD", path, "O_WRONLY|O_CREAT|O_TRUNC", "0644");
  }

  private void renames(String from, String to) {
    call("rename", from, Optional.of(to), from, to);
  }

  @Test
  void theFilesOfAFolderMoveWithIt() {
    creates("/a/x");
    creates("/ab");
    renames("/a", "/c");
    assertThat(left.left().files())
        .extracting(LeftFiles.LeftFile::path)
        .containsExactly("/c/x", "/ab");
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
}

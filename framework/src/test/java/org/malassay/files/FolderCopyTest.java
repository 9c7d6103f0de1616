package org.malassay.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderCopyTest {
  @TempDir Path folder;

  @Test
  void aFolderThatCannotBeReadIsPassedOver() throws IOException {
    assertThat(FolderCopy.of(folder.resolve("gone"), folder.resolve("to"))).isEqualTo(1);
  }

  @Test
  void whatThisUserMayNotReadIsPassedOver() throws IOException {
    Path from = Files.createDirectories(folder.resolve("from/closed")).getParent();
    Path unreadable = Files.writeString(from.resolve("unreadable"), "x");
    Files.writeString(from.resolve("file"), "x");
    Files.setPosixFilePermissions(unreadable, Set.of());
    Files.setPosixFilePermissions(from.resolve("closed"), Set.of());
    assumeFalse(Files.isReadable(unreadable), "root may read everything");
    Path to = folder.resolve("to");
    assertThat(FolderCopy.of(from, to)).isEqualTo(2);
    assertThat(to).isDirectoryContaining("glob:**/file");
    assertThat(to.resolve("unreadable")).doesNotExist();
  }
}

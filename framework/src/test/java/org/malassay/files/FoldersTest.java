package org.malassay.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldersTest {
  @TempDir Path folder;

  @Test
  void whatIsInAFolderGoesWithItAndWhatALinkLeadsToStays() throws Exception {
    Path kept = Files.createDirectories(folder.resolve("kept"));
    Files.writeString(kept.resolve("file"), "kept");
    Path gone = Files.createDirectories(folder.resolve("gone/deep/er")).getParent().getParent();
    Files.writeString(gone.resolve("deep/er/file"), "gone");
    Files.createSymbolicLink(gone.resolve("link"), kept);
    Files.createSymbolicLink(gone.resolve("dangling"), gone.resolve("nowhere"));

    Folders.delete(gone);

    assertThat(folder).isDirectoryNotContaining("glob:**/gone");
    assertThat(kept.resolve("file")).hasContent("kept");
  }

  @Test
  void aLinkInTheFoldersPlaceIsAllThatGoes() throws Exception {
    Path kept = Files.createDirectories(folder.resolve("kept"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), kept);

    Folders.delete(link);

    assertThat(Files.isSymbolicLink(link)).isFalse();
    assertThat(kept).isDirectory();
  }

  @Test
  void whatIsNotThereNeedNotBeDeleted() throws Exception {
    Folders.delete(folder.resolve("absent"));
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "/xdg,    /xdg/malassay/labels",
        "none,    /home/me/.cache/malassay/labels",
        "'',      /home/me/.cache/malassay/labels",
        "not/abs, /home/me/.cache/malassay/labels"
      },
      nullValues = "none")
  void theCacheIsWhereTheUserKeepsCaches(String xdg, Path expected) {
    assertThat(Folders.cache(Optional.ofNullable(xdg), Path.of("/home/me"), "labels"))
        .isEqualTo(expected);
  }
}

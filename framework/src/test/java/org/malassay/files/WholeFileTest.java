package org.malassay.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  private final Path folder;

  WholeFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void whoMayReadAFileIsDecidedAsOfAnyOther() throws IOException {
    Path other = Files.createFile(folder.resolve("other"));
    Path file = folder.resolve("new/file");
    WholeFile.write(file, new byte[] {1, 2});
    WholeFile.writeText(file, out -> out.write("\u00fc\n"));

    assertThat(file).hasContent("\u00fc\n");
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(other));
  }

  @Test
  void textThatIsNoneIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "before");
    assertThatThrownBy(() -> WholeFile.writeText(file, out -> out.write("\ud800x")))
        .isInstanceOf(CharacterCodingException.class);
    assertThat(file).hasContent("before");
  }

  @Test
  void aFileThatCannotBeWrittenWholeStaysAsItWas() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "before");
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");

    assertThat(file).hasContent("before");
    assertThat(folder).isDirectoryContaining(each -> each.equals(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }
}

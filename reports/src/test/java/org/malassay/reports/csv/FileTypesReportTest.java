package org.malassay.reports.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.reports.MadeUp;
import org.malassay.run.CorpusEntry;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;
import org.malassay.sample.FileFacts;
import org.malassay.sample.FileFacts.FileType;

class FileTypesReportTest {
  private final Path runs;

  FileTypesReportTest(@TempDir Path runs) {
    this.runs = runs;
  }

  @Test
  void filesAreCountedByKindAndDuplicatesApart() throws IOException {
    FileFacts text = FileFacts.of(FileType.TEXT);
    String elf = "ELF 32-bit LSB executable";
    assertThat(
            lines(
                entry("a", MadeUp.armElf(), null),
                entry("b", MadeUp.armElf(), null),
                entry("c", MadeUp.armElf(), "a"),
                entry("d", text, null)))
        .containsExactly(
            "file_type,architecture,abi,linkage,samples,duplicates",
            elf + ",arm,EABI5 hard-float,dynamic,2,1",
            "text,,,,1,0");
  }

  @Test
  void anEmptyCorpusHasAHeaderOnly() throws IOException {
    assertThat(lines()).hasSize(1);
  }

  private static CorpusEntry entry(String path, FileFacts facts, @Nullable String duplicateOf) {
    return new CorpusEntry(
        path, MadeUp.sha256(path), 1, facts, Optional.ofNullable(duplicateOf), Optional.empty());
  }

  private List<String> lines(CorpusEntry... corpus) throws IOException {
    RunHeader header = MadeUp.header("made-up", Map.of(), Map.of(), Map.of());
    RunDirectory run = RunDirectory.create(runs, header, List.of(corpus));
    return Files.readAllLines(MadeUp.write(new FileTypesReport(), run));
  }
}

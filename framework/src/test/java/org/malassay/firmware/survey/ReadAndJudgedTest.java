package org.malassay.firmware.survey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.Component;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.SourcePackage;
import org.malassay.firmware.judge.FileCache;
import org.malassay.firmware.unpack.Bounds;

class ReadAndJudgedTest {
  private static final Map<String, String> TREE =
      Map.of(
          "gpl/linux/Makefile", "VERSION = 2\nPATCHLEVEL = 6\nSUBLEVEL = 36\n",
          "gpl/package/dropbear/patches/1.patch", "Subject: mends CVE-2016-7406\n",
          "gpl/etc/passwd", "root::0:0:root:/:/bin/sh\n");

  @TempDir Path folder;

  private ImageFacts facts(String name, Map<String, String> files) throws IOException {
    Path file = folder.resolve(name);
    try (TarArchiveOutputStream out =
        new TarArchiveOutputStream(new GzipCompressorOutputStream(Files.newOutputStream(file)))) {
      for (Map.Entry<String, String> one : files.entrySet()) {
        byte[] content = one.getValue().getBytes(UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(one.getKey());
        entry.setSize(content.length);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
      }
    }
    return new ReadAndJudged(Bounds.DEFAULT, FileCache.none())
        .of(new FirmwareImage(name, file, "acme", "router", "1", Optional.empty()));
  }

  @Test
  void anArchiveOfTreesAndPatchesIsASourcePackageAndNoImage() throws IOException {
    ImageFacts facts = facts("gpl.tar.gz", TREE);
    SourcePackage sources = facts.sources().orElseThrow();
    assertThat(sources.components())
        .extracting(Component::name, Component::version)
        .containsExactly(tuple("linux", "2.6.36"));
    assertThat(sources.patches())
        .singleElement()
        .extracting(it -> it.mends().get(0))
        .isEqualTo("CVE-2016-7406");
    assertThat(facts.accounts()).isEmpty();
  }

  @Test
  void anotherFileWithTheSameInItIsAnImage() throws IOException {
    ImageFacts facts = facts("firmware.bin", TREE);
    assertThat(facts.sources()).isEmpty();
    assertThat(facts.accounts()).hasSize(1);
  }

  @Test
  void anArchiveOfARootFileSystemIsAnImage() throws IOException {
    ImageFacts facts = facts("root.tar.gz", Map.of("etc/passwd", "root::0:0:root:/:/bin/sh\n"));
    assertThat(facts.sources()).isEmpty();
    assertThat(facts.accounts()).hasSize(1);
  }
}

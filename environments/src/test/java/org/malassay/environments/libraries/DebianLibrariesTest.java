package org.malassay.environments.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.elf.Architecture;
import org.malassay.environments.host.GaveUpException;
import org.malassay.environments.host.Tools;

/** Debian's libraries, without its archive. */
class DebianLibrariesTest {
  private final Path folder;

  DebianLibrariesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private void stub(String name, String script) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.setPosixFilePermissions(
        Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n"),
        PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void anArchiveThatIsAwayIsNamedWithWhatMendsIt() throws Exception {
    Files.writeString(folder.resolve("keys.gpg"), "");
    stub("sleep", "");
    stub("apt-config", "");
    stub(
        "apt-get", "echo 'E: Failed to fetch http://there/InRelease  Could not connect'; exit 100");
    assertThatThrownBy(
            () ->
                Tools.run(
                    List.of(
                        "sh",
                        "-c",
                        "export PATH='%s:'$PATH MALASSAY_DEBIAN_KEYRING='%s'; exec sh libraries/fetch.sh '%s' armel bookworm libc6"
                            .formatted(folder.resolve("bin"), folder.resolve("keys.gpg"), folder)),
                    Path.of("").toAbsolutePath(),
                    Duration.ofSeconds(30),
                    line -> {}))
        .isInstanceOf(GaveUpException.class)
        .hasMessageContaining("Debian's libraries for armel cannot be had")
        .hasMessageContaining("Could not connect")
        .hasMessageContaining("name another archive by MALASSAY_DEBIAN_MIRROR")
        .hasMessageContaining("-Dlibraries.from=DIR");
  }

  @Test
  void linksAreOtherNamesAndEachFileHasThePackageThatItIsOf() throws Exception {
    byte[] elf = TinyElf.soft().soname("libz.so.1").bytes();
    Files.writeString(
        folder.resolve("packages"),
        "/lib/arm-linux-gnueabi/libz.so.1.3\tzlib1g:armel 1:1.3\n"
            + "/lib/ld-musl-arm.so.1\tmusl:armel 1.2\n");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(folder.resolve("libraries.tar")))) {
      TarArchiveEntry file = new TarArchiveEntry("./lib/arm-linux-gnueabi/libz.so.1.3");
      file.setSize(elf.length);
      tar.putArchiveEntry(file);
      tar.write(elf);
      tar.closeArchiveEntry();
      link(tar, "./lib/arm-linux-gnueabi/libz.so.1", "libz.so.1.3");
      link(tar, "./lib/libup.so", "../../../etc/libz.so.1.3");
      link(tar, "./lib/libz.so", "arm-linux-gnueabi/libz.so.1.3");
    }
    LibrarySource source = DebianLibraries.of(Set.of(Architecture.ARM)).get(1).read(folder);
    assertThat(source.words()).isEqualTo("Debian bookworm: zlib1g:armel 1:1.3, musl:armel 1.2");
    assertThat(source.libraries())
        .extracting(library -> library.home() + "/" + library.name() + " " + library.from())
        .containsExactlyInAnyOrder(
            "/lib/arm-linux-gnueabi/libz.so.1.3 zlib1g:armel 1:1.3",
            "/lib/arm-linux-gnueabi/libz.so.1 zlib1g:armel 1:1.3",
            "/lib/libz.so zlib1g:armel 1:1.3");
    assertThat(source.named("libz.so.1").get(0).name()).isEqualTo("libz.so.1");
  }

  private static void link(TarArchiveOutputStream tar, String name, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  @Test
  void everyArchitectureThatRunsHasItsPackages() {
    assertThat(DebianLibraries.of(Set.of(Architecture.ARM, Architecture.AARCH64)))
        .extracting(DebianLibraries::architecture)
        .containsExactly("armhf", "armel", "arm64");
    assertThat(DebianLibraries.of(Set.of(Architecture.MIPS))).isEmpty();
  }
}

package org.malassay.environments.libraries;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.elf.Architecture;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.Timeouts;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

/** Where libraries come from, and what is said where they cannot. */
class SourcesTest {
  private final Path folder;

  SourcesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Optional<LibrarySupply> open(Map<String, String> options) throws Exception {
    return LibraryChoice.of(Options.of(options))
        .open(Set.of(Architecture.ARM), new Timeouts(1), GuestFiles::new);
  }

  @Test
  void nothingIsReadOrFetchedUnlessItIsAskedFor() throws Exception {
    assertThat(
            LibraryChoice.of(Options.of(Map.of()))
                .open(
                    Set.of(Architecture.ARM),
                    new Timeouts(1),
                    () -> {
                      throw new AssertionError("the guests were read");
                    }))
        .isEmpty();
  }

  @Test
  void aSourceWithoutTheOptionThatUsesItIsRefused() {
    assertThatThrownBy(() -> open(Map.of("libraries.from", "/firmware")))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "-Dlibraries.from=/firmware says nothing without -Dlibraries=supply: give both, or"
                + " neither");
  }

  @Test
  void aWordThatIsNoModeIsRefused() {
    assertThatThrownBy(() -> open(Map.of("libraries", "all")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dlibraries=all: neither none nor supply");
  }

  @Test
  void aFolderThatIsNotThereIsNamedWithItsOption() {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(
            () -> open(Map.of("libraries", "supply", "libraries.from", absent.toString())))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage("-Dlibraries.from=%s: there is no such folder".formatted(absent));
  }

  @Test
  void aFolderThatIsALinkIsNamedWithWhereItLeads() throws Exception {
    Path real = Files.createDirectories(folder.resolve("firmware-1.0/lib"));
    Files.write(real.resolve("liba.so"), TinyElf.hard().bytes());
    Path link = Files.createSymbolicLink(folder.resolve("current"), Path.of("firmware-1.0/lib"));
    assertThatThrownBy(() -> FolderLibraries.read(link))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage(
            "-Dlibraries.from=%s: it is a link to %s: give that folder itself"
                .formatted(link, real.toRealPath()));
    assertThat(FolderLibraries.read(real).libraries()).hasSize(1);
  }

  @Test
  void aFolderWithNothingForTheEnvironmentIsNamedWithWhatItLacks() throws Exception {
    Files.writeString(folder.resolve("libtext.so"), "INPUT(libc.so.6)");
    assertThatThrownBy(
            () -> open(Map.of("libraries", "supply", "libraries.from", folder.toString())))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage("-Dlibraries.from=%s: no shared object for arm is in it".formatted(folder));
  }

  @Test
  void theHeaderSaysWhereLibrariesComeFrom() throws Exception {
    Files.write(folder.resolve("liba.so"), TinyElf.hard().bytes());
    assertThat(
            open(Map.of("libraries", "supply", "libraries.from", folder.toString()))
                .orElseThrow()
                .fact())
        .isEqualTo(
            "what a sample needs and its guest lacks is put into that guest, from %s (shared objects: 1)"
                .formatted(folder));
  }

  @Test
  void linksOfAFirmwareAreFollowedWithinTheFolderAlone() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.write(outside.resolve("libsecret.so"), TinyElf.hard().bytes());
    Path lib = Files.createDirectories(folder.resolve("firmware/lib"));
    Files.write(lib.resolve("libuClibc-0.9.33.so"), TinyElf.hard().soname("libc.so.0").bytes());
    link(lib, "libm.so.0", "/lib/libuClibc-0.9.33.so"); // absolute, as in the device
    link(lib, "libtwice.so", "libm.so.0");
    link(lib, "libout.so", outside.resolve("libsecret.so").toString());
    link(lib, "libcircle.so", "libcircle.so");
    link(folder.resolve("firmware"), "more.so", "lib/libuClibc-0.9.33.so");
    Files.createSymbolicLink(folder.resolve("firmware/elsewhere"), outside);
    LibrarySource source = FolderLibraries.read(folder.resolve("firmware"));
    assertThat(source.libraries().stream().map(Library::name))
        .containsExactlyInAnyOrder("libuClibc-0.9.33.so", "libm.so.0", "libtwice.so", "more.so");
    assertThat(source.named("libc.so.0")).as("by its soname").isNotEmpty();
    assertThat(source.named("libm.so.0").get(0).contents().read())
        .isEqualTo(Files.readAllBytes(lib.resolve("libuClibc-0.9.33.so")));
  }

  @Test
  void ofFilesAndLinksOfOneNameTheNearestAndThenTheFirstByPathCounts() throws Exception {
    Path firmware = folder.resolve("firmware");
    byte[] elf = TinyElf.hard().bytes();
    Files.write(Files.createDirectories(firmware.resolve("0/0")).resolve("libx.so"), elf);
    for (int i = 0; i < 26; i++) { // in no order that a file system keeps or turns round
      String letter = String.valueOf((char) ('a' + (12 + 7 * i) % 26));
      Path lib = Files.createDirectories(firmware.resolve(letter));
      Files.write(lib.resolve("libx.so"), elf);
      Files.write(lib.resolve("lib%s.so".formatted(letter)), elf);
      link(lib, "liby.so.1", "lib%s.so".formatted(letter));
    }
    LibrarySource source = FolderLibraries.read(firmware);
    assertThat(source.named("libx.so"))
        .extracting(Library::from)
        .startsWith("a/libx.so of firmware", "b/libx.so of firmware")
        .endsWith("z/libx.so of firmware", "0/0/libx.so of firmware");
    assertThat(source.named("liby.so.1"))
        .extracting(Library::from)
        .containsExactly("a/liba.so of firmware");
  }

  private static void link(Path folder, String name, String target) throws IOException {
    Files.createSymbolicLink(folder.resolve(name), Path.of(target));
  }

  @Test
  void aFileThatBecameALinkIsNotFollowed() throws Exception {
    Path file = Files.write(folder.resolve("liba.so"), TinyElf.hard().bytes());
    Library library = FolderLibraries.read(folder).libraries().get(0);
    Path other = Files.writeString(folder.resolve("other"), "secret");
    Files.delete(file);
    Files.createSymbolicLink(file, other);
    assertThatThrownBy(() -> library.contents().read()).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsNoSharedObjectOrTooLargeIsLeftOut() throws Exception {
    Files.write(folder.resolve("busybox"), TinyElf.hard().bytes());
    Files.write(folder.resolve("libempty.so"), new byte[0]);
    Files.writeString(folder.resolve("libscript.so"), "#!/bin/sh\n");
    try (var large = new java.io.RandomAccessFile(folder.resolve("liblarge.so").toFile(), "rw")) {
      large.write(TinyElf.hard().bytes());
      large.setLength(SharedObjects.MOST_BYTES + 1);
    }
    assertThat(FolderLibraries.read(folder).libraries()).isEmpty();
  }

  @Test
  void anArchiveThatIsNoneIsAnError() {
    assertThatThrownBy(
            () ->
                new GuestFiles()
                    .add("", new ByteArrayInputStream("no tar".repeat(200).getBytes(US_ASCII))))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aUnikernelSaysThatItTakesNone() {
    assertThat(LibraryOptions.without(Options.of(Map.of()), "loads none")).isEmpty();
    assertThat(LibraryOptions.without(Options.of(Map.of("libraries", "supply")), "loads none"))
        .contains("none are supplied, as -Denv=container and raspbian do: it loads none");
  }
}

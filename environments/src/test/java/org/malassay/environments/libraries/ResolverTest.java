package org.malassay.environments.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is put where, and what never is. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class ResolverTest {
  private static final String ARMEL = "/lib/arm-linux-gnueabi";
  private static final String ARMHF = "/usr/lib/arm-linux-gnueabihf";

  /** A guest as Debian's: /lib is a link, libraries for hard-float lie in their own folder. */
  private static final Map<String, byte[]> GUEST =
      Map.of(
          ARMHF + "/ld-linux-armhf.so.3",
          TinyElf.hard().soname("ld-linux-armhf.so.3").bytes(),
          ARMHF + "/libc.so.6",
          TinyElf.hard().needs("ld-linux-armhf.so.3").defines("GLIBC_2.4", "GLIBC_2.34").bytes());

  private static final Map<String, String> LINKS =
      Map.of(
          "/lib",
          "usr/lib",
          "/usr/lib/ld-linux-armhf.so.3",
          "arm-linux-gnueabihf/ld-linux-armhf.so.3",
          "/usr/lib/dangling.so",
          "nowhere/at-all.so");

  private static final LibrarySource DEBIAN_ARMEL = glibc("debian", "GLIBC_2.4", "GLIBC_2.34");

  private static final LibrarySource DEBIAN_ARMHF =
      new LibrarySource(
          "armhf",
          List.of(
              TinyElf.hard()
                  .needs("libc.so.6", "libfar.so.2")
                  .library("libnear.so.1", ARMHF, "near"),
              TinyElf.hard().needs("libc.so.6").library("libfar.so.2", ARMHF, "far")));

  private static LibrarySource glibc(String from, String... versions) {
    return new LibrarySource(
        from,
        List.of(
            TinyElf.soft().soname("ld-linux.so.3").library("ld-linux.so.3", "/lib", from),
            TinyElf.soft()
                .soname("libc.so.6")
                .needs("ld-linux.so.3")
                .defines(versions)
                .library("libc.so.6", from.equals("debian") ? ARMEL : "/lib", from),
            TinyElf.soft()
                .needs("libc.so.6")
                .needsVersions("libc.so.6", "GLIBC_2.4")
                .library("libz.so.1", from.equals("debian") ? ARMEL : "/lib", from)));
  }

  static GuestFiles guest(Map<String, byte[]> files, Map<String, String> links) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (String folder : List.of("usr/", "usr/lib/", "usr/lib/arm-linux-gnueabihf/")) {
        tar.putArchiveEntry(new TarArchiveEntry(folder));
        tar.closeArchiveEntry();
      }
      for (Map.Entry<String, byte[]> file : new LinkedHashMap<>(files).entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey().substring(1));
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
      for (Map.Entry<String, String> link : links.entrySet()) {
        TarArchiveEntry entry =
            new TarArchiveEntry(link.getKey().substring(1), TarConstants.LF_SYMLINK);
        entry.setLinkName(link.getValue());
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
    }
    GuestFiles guest = new GuestFiles();
    guest.add("", new ByteArrayInputStream(bytes.toByteArray()));
    return guest;
  }

  private static Resolution resolve(TinyElf program, LibrarySource... sources) throws IOException {
    return new Resolver(guest(GUEST, LINKS), List.of(sources)).resolve(program.links());
  }

  private static List<String> paths(Resolution found) {
    return found.placed().stream().map(Resolution.Placed::path).toList();
  }

  private static TinyElf softProgram() {
    return TinyElf.soft().interpreter("/lib/ld-linux.so.3");
  }

  private static TinyElf hardProgram() {
    return TinyElf.hard().interpreter("/lib/ld-linux-armhf.so.3");
  }

  @Test
  void aProgramWhoseGuestHasAllIsGivenNothing() throws Exception {
    Resolution found = resolve(hardProgram().needs("libc.so.6"), DEBIAN_ARMHF, DEBIAN_ARMEL);
    assertThat(found).isEqualTo(Resolution.NOTHING);
  }

  @Test
  void aStaticProgramIsGivenNothing() throws Exception {
    assertThat(resolve(TinyElf.soft().needs("libz.so.1"), DEBIAN_ARMEL))
        .isEqualTo(Resolution.NOTHING);
  }

  @Test
  void theInterpreterComesToItsOwnPathAndTheLibrariesToWhereItLooks() throws Exception {
    Resolution found = resolve(softProgram().needs("libz.so.1", "libc.so.6"), DEBIAN_ARMEL);
    assertThat(paths(found))
        .containsExactly("/lib/ld-linux.so.3", ARMEL + "/libz.so.1", ARMEL + "/libc.so.6");
    assertThat(found.lacking()).isEmpty();
  }

  @Test
  void whatALibraryNeedsIsFoundTooAndOnlyWhatIsMissingIsGiven() throws Exception {
    Resolution found = resolve(hardProgram().needs("libnear.so.1"), DEBIAN_ARMEL, DEBIAN_ARMHF);
    assertThat(paths(found)).containsExactly(ARMHF + "/libnear.so.1", ARMHF + "/libfar.so.2");
  }

  @Test
  void aCandidateThatDefinesTheVersionsIsTakenBeforeOneThatStandsFirstAndDoesNot()
      throws Exception {
    LibrarySource old = glibc("vendor", "GLIBC_2.4");
    TinyElf program = softProgram().needs("libc.so.6").needsVersions("libc.so.6", "GLIBC_2.34");
    Resolution found = resolve(program, old, DEBIAN_ARMEL);
    assertThat(found.placed().stream().map(file -> file.library().from()))
        .as("the loader and its C library, of one source")
        .containsExactly("debian", "debian");
    assertThat(resolve(softProgram().needs("libc.so.6"), old, DEBIAN_ARMEL).placed())
        .allMatch(file -> file.library().from().equals("vendor"));
  }

  @Test
  void aLibraryThatAnotherOneNeedsNewerThanTheProgramDoesIsTakenNewer() throws Exception {
    LibrarySource two =
        new LibrarySource(
            "two",
            List.of(
                TinyElf.hard().defines("V1").library("liba.so.1", "/old", "old"),
                TinyElf.hard().defines("V1", "V2").library("liba.so.1", "/new", "new"),
                TinyElf.hard()
                    .needs("liba.so.1")
                    .needsVersions("liba.so.1", "V2")
                    .library("libb.so.1", ARMHF, "b")));
    Resolution found =
        resolve(
            hardProgram().needs("liba.so.1", "libb.so.1").needsVersions("liba.so.1", "V1"), two);
    assertThat(found.placed().stream().map(file -> file.library().from()))
        .containsExactly("new", "b");
    assertThat(found.lacking()).isEmpty();
  }

  @Test
  void aLibraryWithoutVersionsIsTakenWhereNoneHasThem() throws Exception {
    LibrarySource source =
        new LibrarySource("one", List.of(TinyElf.hard().library("liba.so.1", ARMHF, "a")));
    TinyElf program = hardProgram().needs("liba.so.1").needsVersions("liba.so.1", "V1");
    assertThat(paths(resolve(program, source))).containsExactly(ARMHF + "/liba.so.1");
  }

  @Test
  void versionsThatNobodyDefinesAreTold() throws Exception {
    TinyElf program = softProgram().needs("libc.so.6").needsVersions("libc.so.6", "GLIBC_2.99");
    Resolution found = resolve(program, DEBIAN_ARMEL);
    assertThat(paths(found)).containsExactly("/lib/ld-linux.so.3");
    assertThat(found.lacking()).containsExactly("libc.so.6: debian lacks GLIBC_2.99");
  }

  @Test
  void whatTheGuestHasStaysEvenWhereItIsTooOld() throws Exception {
    LibrarySource newer =
        new LibrarySource(
            "newer",
            List.of(TinyElf.hard().defines("GLIBC_2.99").library("libc.so.6", ARMHF, "newer")));
    TinyElf program = hardProgram().needs("libc.so.6").needsVersions("libc.so.6", "GLIBC_2.99");
    Resolution found = resolve(program, newer);
    assertThat(found.placed()).isEmpty();
    assertThat(found.lacking())
        .containsExactly("libc.so.6: the guest's own, which stays, lacks GLIBC_2.99");
  }

  @Test
  void aLibraryThatNeedsANewerGuestIsNotTaken() throws Exception {
    LibrarySource source =
        new LibrarySource(
            "x",
            List.of(
                TinyElf.hard()
                    .needs("libc.so.6")
                    .needsVersions("libc.so.6", "GLIBC_2.99")
                    .library("liba.so.1", ARMHF, "too new"),
                TinyElf.hard()
                    .needs("libc.so.6")
                    .needsVersions("libc.so.6", "GLIBC_2.34")
                    .library("liba.so.1", ARMHF, "as new")));
    assertThat(resolve(hardProgram().needs("liba.so.1"), source).placed())
        .singleElement()
        .matches(file -> file.library().from().equals("as new"));
  }

  @Test
  void aLibraryOfAnotherAbiOrCLibraryIsNotTaken() throws Exception {
    assertThat(resolve(hardProgram().needs("libz.so.1"), DEBIAN_ARMEL).lacking())
        .containsExactly("libz.so.1: debian is for another architecture or ABI");
    LibrarySource uclibc =
        new LibrarySource(
            "vendor",
            List.of(TinyElf.hard().needs("libc.so.0").library("libcfg.so", "/lib", "vendor")));
    assertThat(resolve(hardProgram().needs("libcfg.so"), uclibc).lacking())
        .containsExactly("libcfg.so: vendor is for another C library");
  }

  @Test
  void whereAProgramStatesNoFloatAbiItsLoaderSaysWhich() throws Exception {
    LibrarySource hard =
        new LibrarySource("hard", List.of(TinyElf.hard().library("libz.so.1", "/lib", "hard")));
    TinyElf soft = TinyElf.unstated().interpreter("/lib/ld-linux.so.3").needs("libz.so.1");
    Resolution found = resolve(soft, hard, DEBIAN_ARMEL);
    assertThat(found.placed()).as("supplied").hasSize(3);
    assertThat(found.placed()).allMatch(file -> file.library().from().equals("debian"));
    GuestFiles guest =
        guest(Map.of("/usr/lib/libz.so.1", TinyElf.hard().bytes()), Map.of("/lib", "usr/lib"));
    assertThat(paths(new Resolver(guest, List.of(DEBIAN_ARMEL)).resolve(soft.links())))
        .as("beside the guest's, which is no library for it")
        .contains(ARMEL + "/libz.so.1");
    assertThat(
            resolve(
                    TinyElf.unstated().interpreter("/lib/ld-linux-armhf.so.3").needs("libz.so.1"),
                    DEBIAN_ARMEL)
                .lacking())
        .as("by the guest's own loader")
        .containsExactly("libz.so.1: debian is for another architecture or ABI");
  }

  @Test
  void muslIsLoaderAndCLibraryInOneWhateverNameIsNeeded() throws Exception {
    LibrarySource musl =
        new LibrarySource(
            "musl",
            List.of(
                TinyElf.hard().soname("libc.so").library("ld-musl-armhf.so.1", "/lib", "musl")));
    TinyElf program =
        TinyElf.hard()
            .interpreter("/lib/ld-musl-armhf.so.1")
            .needs("libc.musl-armv7.so.1", "libpthread.so.0", "libc.so");
    Resolution found = resolve(program, musl);
    assertThat(paths(found)).containsExactly("/lib/ld-musl-armhf.so.1");
    assertThat(found.lacking()).isEmpty();
  }

  @Test
  void aVendorsLibrariesComeToWhereEveryLoaderLooks() throws Exception {
    LibrarySource vendor =
        new LibrarySource(
            "vendor",
            List.of(
                TinyElf.soft().library("ld-uClibc.so.0", "/lib", "vendor"),
                TinyElf.soft()
                    .soname("libc.so.0")
                    .needs("ld-uClibc.so.0")
                    .library("libuClibc-0.9.33.so", "/lib", "vendor"),
                TinyElf.soft().needs("libc.so.0").library("libcfg.so", "/lib", "vendor")));
    Resolution found =
        resolve(
            TinyElf.soft().interpreter("/lib/ld-uClibc.so.0").needs("libcfg.so", "libc.so.0"),
            DEBIAN_ARMEL,
            vendor);
    assertThat(paths(found))
        .containsExactly("/lib/ld-uClibc.so.0", "/lib/libcfg.so", "/lib/libc.so.0");
    assertThat(found.lacking()).isEmpty();
  }

  @Test
  void aFolderThatAFileNamesIsLookedIntoWhereTheGuestHasIt() throws Exception {
    GuestFiles guest =
        guest(Map.of("/usr/lib/app/liba.so", TinyElf.hard().bytes()), Map.of("/lib", "usr/lib"));
    TinyElf program = TinyElf.hard().interpreter("/lib/ld-linux-armhf.so.3").needs("liba.so");
    LibrarySource source =
        new LibrarySource(
            "s",
            List.of(
                TinyElf.hard().library("ld-linux-armhf.so.3", "/lib", "s"),
                TinyElf.hard().library("liba.so", "/lib", "s")));
    Resolver resolver = new Resolver(guest, List.of(source));
    assertThat(paths(resolver.resolve(program.links()))).contains("/lib/liba.so");
    assertThat(paths(resolver.resolve(program.runpath("$ORIGIN:/lib/app").links())))
        .containsExactly("/lib/ld-linux-armhf.so.3");
  }

  // ---- hostile programs

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/cron.d/ld-linux.so.3",
        "/tmp/ld-linux.so.3",
        "/lib/../etc/ld-linux.so.3",
        "/lib/./../../root/ld-linux.so.3",
        "lib/ld-linux.so.3",
        "ld-linux.so.3",
        "/lib/new folder/ld-linux.so.3",
        "/lib/x/ld-linux.so.3",
        "/lib/a/b/ld-linux.so.3",
        "/usr/lib/arm-linux-gnueabihf/libc.so.6/ld-linux.so.3",
        "/lib/dangling.so",
        "/lib/$(reboot)/ld-linux.so.3",
        "/",
        "/lib",
        "/lib/"
      })
  void anInterpreterIsPutNowhereButWhereLoadersLie(String path) throws Exception {
    Resolution found = resolve(TinyElf.soft().interpreter(path).needs("libc.so.6"), DEBIAN_ARMEL);
    assertThat(found.placed()).isEmpty();
    assertThat(found.lacking()).hasSizeLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../etc/shadow",
        "/etc/passwd",
        "/lib/../etc/cron.d/libz.so.1",
        "./libz.so.1",
        "..",
        ".",
        "lib z.so",
        "-rf",
        "libz.so.1\nX",
        "libz.so.1\u001b[2J",
        "=cmd()"
      })
  void aNameThatIsNoNameOfALibraryIsGivenNothingAndShownSafely(String name) throws Exception {
    Resolution found = resolve(softProgram().needs(name), DEBIAN_ARMEL);
    assertThat(paths(found)).containsExactly("/lib/ld-linux.so.3");
    assertThat(found.lacking())
        .singleElement()
        .satisfies(words -> assertThat(words).doesNotContain("\n", "\u001b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr/lib/arm-linux-gnueabihf/libc.so.6",
        "lib/arm-linux-gnueabihf/libc.so.6",
        "./lib/arm-linux-gnueabihf/libc.so.6"
      })
  void aPathFromWhereTheSampleLiesIsNotOneFromTheRoot(String path) throws Exception {
    assertThat(resolve(hardProgram().needs(path), DEBIAN_ARMHF).lacking())
        .containsExactly(path + ": no library has such a name");
  }

  @Test
  void aPathToWhatIsNoLibraryForTheProgramDoesNotCount() throws Exception {
    String path = ARMHF + "/libc.so.6";
    assertThat(resolve(softProgram().needs(path), DEBIAN_ARMEL).lacking())
        .containsExactly(path + ": there is no place for it where the loader looks");
  }

  @Test
  void aLibraryThatIsNeededByItsPathComesToThatPathOnly() throws Exception {
    Resolution found = resolve(softProgram().needs("/usr/lib/libz.so.1"), DEBIAN_ARMEL);
    assertThat(paths(found))
        .containsExactly("/lib/ld-linux.so.3", "/usr/lib/libz.so.1", ARMEL + "/libc.so.6");
  }

  /** An agent refuses to write where something is, and the guest would be lost. */
  @ParameterizedTest
  @CsvSource({
    "libz.so.1, /usr/lib/arm-linux-gnueabi/libz.so.1",
    "/usr/lib/arm-linux-gnueabi/libz.so.1, libz.so.1",
    "/usr/lib/libz.so.1, libz.so.1",
    "/usr/lib/libz.so.1, /usr/lib//libz.so.1",
    "/lib/./libz.so.1, /lib/libz.so.1",
    "/lib/libz.so.1, /usr/lib/libz.so.1",
    "libz.so.1, /lib/ld-linux.so.3",
    "/usr//lib/ld-linux.so.3, libz.so.1"
  })
  void twoNamesOfOnePlaceArePutOnce(String one, String other) throws Exception {
    Resolution found = resolve(softProgram().needs(one, other), DEBIAN_ARMEL);
    GuestFiles guest = guest(GUEST, LINKS);
    assertThat(found.placed().stream().map(file -> guest.place(file.path()).orElseThrow()))
        .as("the loader, libz.so.1 and the C library that it needs")
        .hasSize(3)
        .doesNotHaveDuplicates();
    assertThat(found.lacking()).isEmpty();
  }

  @Test
  void whatAnotherNameHasPutAndIsTooOldIsTold() throws Exception {
    LibrarySource source =
        new LibrarySource(
            "s", List.of(TinyElf.hard().defines("V1").library("liba.so.1", ARMHF, "a")));
    TinyElf program =
        hardProgram()
            .needs("/lib/liba.so.1", "/usr/lib/liba.so.1")
            .needsVersions("/usr/lib/liba.so.1", "V2");
    Resolution found = resolve(program, source);
    assertThat(paths(found)).containsExactly("/lib/liba.so.1");
    assertThat(found.lacking())
        .containsExactly("/usr/lib/liba.so.1: what another name has put there lacks V2");
  }

  @Test
  void noFileIsPutWhereTheFolderOfAnotherIs() throws Exception {
    LibrarySource hostile =
        new LibrarySource(
            "hostile",
            List.of(
                TinyElf.soft()
                    .soname("arm-linux-gnueabi")
                    .library("libfolder.so", "/lib", "hostile")));
    assertThat(resolve(softProgram().needs("libz.so.1", ARMEL), hostile, DEBIAN_ARMEL).lacking())
        .containsExactly(ARMEL + ": there is no place for it where the loader looks");
    assertThat(paths(resolve(softProgram().needs(ARMEL, "libz.so.1"), hostile, DEBIAN_ARMEL)))
        .containsExactly("/lib/ld-linux.so.3", ARMEL, "/lib/libz.so.1", "/lib/libc.so.6");
  }

  @Test
  void thousandsOfNeedsAndOfLinksInAChainAndCyclesEnd() throws Exception {
    List<Library> chain =
        IntStream.range(0, 3000)
            .mapToObj(
                i ->
                    TinyElf.soft()
                        .needs("lib%d.so".formatted(i + 1), "lib%d.so".formatted(i / 2))
                        .needsVersions("lib%d.so".formatted((i + 7) % 50), "V" + i)
                        .defines("V" + i)
                        .library("lib%d.so".formatted(i), "/lib", "chain"))
            .toList();
    LibrarySource hostile =
        new LibrarySource(
            "hostile",
            IntStream.range(-1, 3000)
                .mapToObj(i -> i < 0 ? DEBIAN_ARMEL.named("ld-linux.so.3").get(0) : chain.get(i))
                .toList());
    Resolution found = resolve(softProgram().needs("lib0.so"), hostile);
    assertThat(found.placed()).hasSizeLessThanOrEqualTo(257);
    assertThat(found.lacking()).hasSizeLessThanOrEqualTo(21);
    String[] many =
        IntStream.range(0, 1000).mapToObj("no-such-library-%d"::formatted).toArray(String[]::new);
    assertThat(resolve(softProgram().needs(java.util.Arrays.copyOf(many, 250)), hostile).lacking())
        .hasSize(21)
        .last()
        .isEqualTo("and 230 more");
  }

  @Test
  void librariesThatAreTogetherTooLargeAreNotAllGiven() throws Exception {
    Library large =
        new Library("x", "/lib", TinyElf.soft().links(), "large", 30L << 20, () -> new byte[0]);
    LibrarySource source =
        new LibrarySource(
            "large",
            List.of(
                DEBIAN_ARMEL.named("ld-linux.so.3").get(0),
                large.named("a.so", "/lib"),
                large.named("b.so", "/lib"),
                large.named("c.so", "/lib")));
    Resolution found = resolve(softProgram().needs("a.so", "b.so", "c.so"), source);
    assertThat(paths(found)).doesNotContain("/lib/c.so");
    assertThat(found.lacking()).containsExactly("c.so: all of them are more than 64 MiB");
  }

  @Test
  void linksInCirclesLeadNowhere() throws Exception {
    GuestFiles guest = guest(Map.of(), Map.of("/lib", "lib2", "/lib2", "lib"));
    Resolution found =
        new Resolver(guest, List.of(DEBIAN_ARMEL))
            .resolve(softProgram().needs("libc.so.6").links());
    assertThat(found.placed()).isEmpty();
    assertThat(found.lacking()).hasSize(1);
  }
}

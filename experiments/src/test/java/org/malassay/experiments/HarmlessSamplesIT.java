package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.experiments.SampleSources.Recipe;
import org.malassay.experiments.SampleSources.Source;

/**
 * Builds the samples with the cross compilers. Runs the harmless ones under qemu-user as they are,
 * and the locked ones on this very machine, where nothing may come of it.
 */
@Tag("guest")
class HarmlessSamplesIT {
  /** Ends what does not end, with status 124, and cannot be refused. */
  private static final List<String> LIMITED = List.of("timeout", "--kill-after=1", "3");

  private static HarmlessSamples samples;
  private Path folder;

  @BeforeAll
  static void build() throws IOException {
    samples = HarmlessSamples.build();
  }

  @BeforeEach
  void workIn(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void everySampleIsThereAndNoneCanBeStartedOnTheHost() throws Exception {
    try (Stream<Path> files = Files.list(samples.folder())) {
      assertThat(files)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .doesNotContain("x"))
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrderElementsOf(
              SampleSources.recipes().stream().map(Recipe::sample).toList());
    }
  }

  @Test
  void aSecondBuildTouchesNothing() throws IOException {
    Map<Path, Object> before = modified();

    HarmlessSamples.build();

    assertThat(modified()).isEqualTo(before);
  }

  @Test
  void aDamagedSampleIsMadeAnewAndComesOutTheSameToTheByte() throws Exception {
    Path out = folder.resolve("samples");
    Path cache = Files.createDirectory(folder.resolve("debian-trixie"));
    try (Stream<Path> packages = Files.list(samples.folder().resolveSibling("debian-trixie"))) {
      for (Path file : packages.toList()) {
        Files.copy(file, cache.resolve(file.getFileName()));
      }
    }
    String script = SampleSources.SCRIPT.toString();
    assertThat(Command.of("sh", script, out.toString()).run().output()).isEmpty();
    Files.writeString(out.resolve("exits-0"), "damaged");
    assertThat(Command.of("sh", script, out.toString()).run().output()).isEmpty();

    assertThat(folder.resolve("samples.sha256"))
        .hasSameTextualContentAs(samples.folder().resolveSibling("samples.sha256"));
    assertThat(Command.of("diff", "-r", out.toString(), samples.folder().toString()).run().output())
        .isEmpty();
  }

  @Test
  void withoutDebianThereAreNoSamplesAndTheMessageSaysWhatToDo() throws Exception {
    Path out = folder.resolve("samples");

    Command.Outcome outcome =
        Command.of("sh", SampleSources.SCRIPT.toString(), out.toString())
            .with("MALASSAY_DEBIAN_MIRROR", "http://127.0.0.1:1/debian")
            .with("no_proxy", "127.0.0.1")
            .run();

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output())
        .contains("Debian's packages cannot be had from http://127.0.0.1:1/debian (trixie)")
        .contains("busybox-static:armel")
        .contains("MALASSAY_DEBIAN_MIRROR, or copy the folder " + folder);
    assertThat(out).doesNotExist();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(Files::isDirectory)).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "exits-0, 0, ''",
    "exits-1, 1, ''",
    "exits-124, 124, ''",
    "exits-255, 255, ''",
    "soft-float-static, 0, Hello.",
    "static-pie, 0, ''",
    "runs-for-ever, 124, ''",
    "segfault, 139, signal 11",
    "illegal-instruction, 132, signal 4",
    "bus-error, 135, signal 7",
    "aborts, 134, signal 6",
    "terminates-itself, 143, ''",
    "kills-itself, 137, ''",
    "needs-absent-interpreter, 255, Could not open '/lib/ld-linux.so.3'",
    "needs-uclibc-interpreter, 255, Could not open '/lib/ld-uClibc.so.0'",
    "object-file, 255, Invalid ELF image",
    "forges-loader-error, 127, libforged.so.1: cannot open shared object file",
    "forges-emulator-error, 255, Could not open '/lib/ld-forged.so.3'",
    "prints-hostile-text, 0, <script>",
    "busybox-debian-armhf, 0, multi-call binary",
    "busybox-debian-armel, 0, multi-call binary",
    "true-debian-armel, 255, Could not open '/lib/ld-linux.so.3'",
  })
  void doesUnderQemuWhatIsExpectedOfItEverywhere(String sample, int status, String says)
      throws Exception {
    Command.Outcome outcome = emulate(sample, List.of());

    assertThat(outcome.status()).as(outcome.output()).isEqualTo(status);
    assertThat(outcome.output()).contains(says);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "hard-float-dynamic, 0, Hello.",
    "needs-absent-library, 127, libmalassay-absent.so.1: cannot open shared object file",
    "needs-absent-symbol-version, 1, version `GLIBC_9.9' not found",
    "needs-absent-symbol, 127, undefined symbol: malassay_absent",
  })
  void doesWithTheCrossCompilersLibrariesWhatIsExpectedInAGuest(
      String sample, int status, String says) throws Exception {
    Command.Outcome outcome = emulate(sample, List.of("-L", "/usr/arm-linux-gnueabihf"));

    assertThat(outcome.status()).as(outcome.output()).isEqualTo(status);
    assertThat(outcome.output()).contains(says);
  }

  /**
   * The lock alone goes first: where it opens, that one test fails, and no program that relies on
   * it is started.
   */
  @TestFactory
  Stream<DynamicTest> lockedSamplesDoNothingOnAHost() throws Exception {
    Files.writeString(
        folder.resolve("lock.c"),
        "#include \"guest.h\"\nint main(void)\n{\n    only_in_a_guest();\n    return 0;\n}\n");
    Command.Outcome lock = compileAndRun(folder.resolve("lock.c"));
    assertThat(lock.status()).as(lock.output()).isEqualTo(SampleSources.NOT_IN_A_GUEST);

    List<Source> locked =
        SampleSources.programs().stream()
            .filter(source -> source.text().contains("guest.h"))
            .toList();
    assertThat(locked).hasSizeGreaterThanOrEqualTo(10).allMatch(Source::isLocked);
    return locked.stream()
        .map(source -> dynamicTest(source.name(), () -> doesNothingOnAHost(source)));
  }

  private void doesNothingOnAHost(Source source) throws Exception {
    Command.Outcome outcome = compileAndRun(source.path());

    assertThat(outcome.status()).as(outcome.output()).isEqualTo(SampleSources.NOT_IN_A_GUEST);
    assertThat(outcome.output())
        .startsWith("Nothing was done: this is not a guest of Malassay")
        .hasLineCount(1);
    assertThat(folder.resolve("program")).exists();
  }

  private Command.Outcome compileAndRun(Path source) throws Exception {
    Path program = folder.resolve("program");
    Command.Outcome compiled =
        Command.of(
                "gcc",
                "-std=gnu11",
                "-I" + SampleSources.FOLDER,
                "-o",
                program.toString(),
                source.toString())
            .run();
    assertThat(compiled.status()).as(compiled.output()).isZero();
    return limited(List.of(program.toString()));
  }

  private Command.Outcome emulate(String sample, List<String> options) throws Exception {
    Path program = Files.copy(samples.folder().resolve(sample), folder.resolve(sample));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return limited(
        Stream.of(Stream.of("qemu-arm-static"), options.stream(), Stream.of(program.toString()))
            .flatMap(words -> words)
            .toList());
  }

  private Command.Outcome limited(List<String> words) throws Exception {
    return Command.of(Stream.concat(LIMITED.stream(), words.stream()).toArray(String[]::new))
        .in(folder)
        .run();
  }

  private static Map<Path, Object> modified() throws IOException {
    Map<Path, Object> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(samples.folder())) {
      for (Path file : files.toList()) {
        times.put(
            file, List.of(Files.getLastModifiedTime(file), Files.getAttribute(file, "unix:ino")));
      }
    }
    return times;
  }
}

package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.experiments.SampleSources.Recipe;
import org.malassay.experiments.SampleSources.Source;

/**
 * Builds the samples with the cross compilers, and runs the locked ones on this very machine, where
 * nothing may come of it. What they do in a guest is for {@link MainJobIT} to see.
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
  void withoutDebianItsProgramsAreLeftOutAndTheReasonIsKept() throws Exception {
    Path out = folder.resolve("samples");

    Command.Outcome outcome =
        Command.of("sh", SampleSources.SCRIPT.toString(), out.toString())
            .with("MALASSAY_DEBIAN_MIRROR", "http://127.0.0.1:1/debian")
            .with("no_proxy", "127.0.0.1")
            .run();

    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(Files.readString(folder.resolve("samples.left-out")))
        .containsPattern(
            "busybox-debian-armel http://127\\.0\\.0\\.1:1/debian/dists/trixie/InRelease: "
                + "(Could not|Unable to) connect to 127\\.0\\.0\\.1:1")
        .hasLineCount(14);
    assertThat(out.resolve("exits-0")).exists();
    assertThat(out.resolve("busybox-debian-armel")).doesNotExist();
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
    Command.Outcome lock = compileAndRun(folder.resolve("lock.c"), List.of());
    assertThat(lock.status()).as(lock.output()).isEqualTo(SampleSources.NOT_IN_A_GUEST);

    List<Source> locked =
        SampleSources.programs().stream()
            .filter(source -> source.text().contains("guest.h"))
            .toList();
    assertThat(locked).hasSizeGreaterThanOrEqualTo(10).allMatch(Source::isLocked);
    Set<String> sources = locked.stream().map(Source::name).collect(Collectors.toSet());
    List<Recipe> recipes =
        SampleSources.recipes().stream().filter(it -> sources.contains(it.source())).toList();
    assertThat(recipes).extracting(Recipe::source).containsAll(sources);
    return recipes.stream()
        .map(recipe -> dynamicTest(recipe.sample(), () -> doesNothingOnAHost(recipe)));
  }

  @Test
  void theLockKnowsTheNamesOfGuestsAndNoOthers() throws Exception {
    Files.writeString(
        folder.resolve("names.c"),
        """
        #include "guest.h"
        int main(void)
        {
            const char *names[] = {
                "malassay-guest", "malassay-guest-0123abcd", "malassay-guest-", "malassay-guest-0123abc",
                "malassay-guest-0123abcde", "malassay-guest-0123abcg", "malassay-guest0123abcd",
                "malassay-gues", "not-malassay-guest", "localhost", ""};
            for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (is_name_of_a_guest(names[i])) puts(names[i]);
            return 0;
        }
        """);
    assertThat(compileAndRun(folder.resolve("names.c"), List.of()).output().lines())
        .containsExactly("malassay-guest", "malassay-guest-0123abcd");
  }

  private void doesNothingOnAHost(Recipe recipe) throws Exception {
    Command.Outcome outcome =
        compileAndRun(SampleSources.FOLDER.resolve(recipe.source()), recipe.options());

    assertThat(outcome.status()).as(outcome.output()).isEqualTo(SampleSources.NOT_IN_A_GUEST);
    assertThat(outcome.output())
        .startsWith("Nothing was done: this is not a guest of Malassay")
        .hasLineCount(1);
    assertThat(folder.resolve("program")).exists();
  }

  private Command.Outcome compileAndRun(Path source, List<String> options) throws Exception {
    Path program = folder.resolve("program");
    List<String> compiler = new ArrayList<>(List.of("gcc", "-std=gnu11"));
    compiler.addAll(options);
    compiler.addAll(
        List.of("-I" + SampleSources.FOLDER, "-o", program.toString(), source.toString()));
    Command.Outcome compiled = Command.of(compiler.toArray(String[]::new)).run();
    assertThat(compiled.status()).as(compiled.output()).isZero();
    return limited(List.of(program.toString()));
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

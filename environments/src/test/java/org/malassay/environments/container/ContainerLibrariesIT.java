package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Libraries;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.environments.contract.DynamicPrograms;
import org.malassay.sample.Sample;

/** Samples whose loader or libraries the image does not have, with a supply and without. */
@Tag("guest")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerLibrariesIT {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 256L << 20, 64, 1, 64L << 20);

  private final ContainerRun run = new ContainerRun();
  private DynamicPrograms programs;
  private Path vendor;
  private Environment supplied;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    programs = new DynamicPrograms(folder);
    vendor = programs.vendorsFolder();
    supplied =
        run.open(LIMITS, Map.of("libraries", "supply", "libraries.from", vendor + ",debian"));
  }

  @AfterAll
  void close() throws Exception {
    supplied.close();
    run.assertNothingIsLeft();
  }

  private record Ran(Ending ending, Optional<Libraries> libraries) {
    List<String> added() {
      return libraries.orElseThrow().added().stream().map(Libraries.Added::path).toList();
    }
  }

  private static Ran run(Environment environment, Sample sample) throws Exception {
    try (Guest guest = environment.start()) {
      guest.put(sample);
      return new Ran(guest.run(Order.of(), event -> {}).ending(), guest.libraries());
    }
  }

  @Test
  void aProgramForArmelRunsOnlyWithItsLibraries() throws Exception {
    Sample program = programs.armel();
    Ran with = run(supplied, program);
    assertThat(with.ending()).isEqualTo(new Ending.Exited(7));
    assertThat(with.added())
        .containsExactly("/lib/ld-linux.so.3", "/lib/arm-linux-gnueabi/libc.so.6");
    assertThat(with.libraries().orElseThrow().addedInOneLine()).contains("(libc6:armel 2.");
    try (Environment bare = run.open(LIMITS)) {
      Ran without = run(bare, program);
      assertThat(without.ending()).isEqualTo(new Ending.Refused("ENOENT"));
      assertThat(without.libraries()).isEmpty();
      assertThat(bare.facts()).doesNotContainKey("libraries");
    }
  }

  @Test
  void aCrashUnderTheEmulatorIsLookedIntoInAGuestThatHasTheLibrariesToo() throws Exception {
    assertThat(run(supplied, programs.movingWordsAtAnOddAddress()).ending())
        .isInstanceOf(Ending.NotAsLinux.class);
  }

  @Test
  void aProgramForMuslRunsByItsOwnLoader() throws Exception {
    Ran ran = run(supplied, programs.musl());
    assertThat(ran.ending()).isEqualTo(new Ending.Exited(7));
    assertThat(ran.added()).containsExactly("/lib/ld-musl-armhf.so.1");
  }

  @Test
  void aLibraryOfAVendorsFolderComesBesideThoseOfTheGuest() throws Exception {
    Ran ran = run(supplied, programs.ofVendor());
    assertThat(ran.ending()).isEqualTo(new Ending.Exited(7));
    assertThat(ran.added())
        .singleElement()
        .satisfies(path -> assertThat(path).endsWith("/libvendor.so.1"));
  }

  @Test
  void aProgramThatFindsAllIsGivenNothing() throws Exception {
    Ran ran = run(supplied, programs.armhf());
    assertThat(ran.ending()).isEqualTo(new Ending.Exited(7));
    assertThat(ran.libraries()).contains(Libraries.NONE);
  }

  @Test
  void aHostileInterpreterIsTheSamplesOwnFailure() throws Exception {
    for (String path : List.of("/etc/ld-linux.so.3", "/bin/sh/ld-linux.so.3", "/lib/nginx/x.so")) {
      Ran ran = run(supplied, programs.withInterpreter(path));
      assertThat(ran.ending()).as(path).isInstanceOf(Ending.Refused.class);
      assertThat(ran.added()).as(path).isEmpty();
    }
  }

  @Test
  void theHeaderNamesEachPackage() {
    assertThat(supplied.facts().get("libraries"))
        .contains(vendor + " (shared objects: 1)")
        .contains("libc6:armhf 2.", "libc6:armel 2.", "musl:armel 1.");
    assertThat(Files.exists(vendor)).isTrue();
  }
}

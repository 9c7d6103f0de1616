package org.malassay.elf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.elf.ElfFixtures.little;

import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a loader goes by, of sound files and of hostile ones. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class ElfLinksTest {
  static Stream<String> fixtures() {
    return ElfFixtures.ALL.stream();
  }

  private static ElfLinks links(String fixture) {
    return ElfLinks.of(ElfFixtures.read(fixture)).orElseThrow();
  }

  @Test
  void aDynamicProgramNamesItsInterpreterLibrariesAndTheirVersions() {
    ElfLinks program = links("armhf-dynamic");
    assertThat(program.interpreter()).contains("/lib/ld-linux-armhf.so.3");
    assertThat(program.needed()).contains("libc.so.6");
    assertThat(program.versionsNeeded()).containsKey("libc.so.6");
    assertThat(program.versionsNeeded().get("libc.so.6"))
        .isNotEmpty()
        .allMatch(version -> version.startsWith("GLIBC_2."));
    assertThat(program.versionsDefined()).isEmpty();
    ElfLinks wide = links("aarch64-dynamic");
    assertThat(wide.interpreter()).contains("/lib/ld-linux-aarch64.so.1");
    assertThat(wide.versionsNeeded().get("libc.so.6")).isNotEmpty();
  }

  @Test
  void aStaticProgramLinksToNothing() {
    ElfLinks program = links("armel-static");
    assertThat(program.interpreter()).isEmpty();
    assertThat(program.needed()).isEmpty();
    assertThat(program.versionsNeeded()).isEmpty();
  }

  @Test
  void aFileThatIsNoElfFileHasNone() {
    assertThat(ElfLinks.of("#!/bin/sh\n".getBytes(ISO_8859_1))).isEmpty();
    assertThat(ElfLinks.of(new byte[0])).isEmpty();
  }

  @Test
  void aLibraryIsForProgramsOfItsInstructionSetAndFloatAbi() {
    assertThat(links("armhf-library").isLibraryFor(links("armhf-dynamic"))).isTrue();
    assertThat(links("armhf-library").isLibraryFor(links("armel-static"))).isFalse();
    assertThat(links("armhf-library").isLibraryFor(links("aarch64-dynamic"))).isFalse();
    assertThat(links("armel-static").isLibraryFor(links("armel-static")))
        .as("no shared object")
        .isFalse();
  }

  @Test
  void aLibrarySatisfiesWhatItDefinesAndOneWithoutVersionsSatisfiesAll() {
    ElfLinks none = links("armhf-library");
    ElfLinks some = defining(none, "V1", "V2");
    assertThat(some.satisfies(Set.of("V2"))).isTrue();
    assertThat(some.satisfies(Set.of("V2", "V3"))).isFalse();
    assertThat(some.satisfies(Set.of())).isTrue();
    assertThat(defining(none).satisfies(Set.of("V3"))).isTrue();
  }

  private static ElfLinks defining(ElfLinks like, String... versions) {
    return new ElfLinks(
        like.architecture(),
        like.type(),
        like.floatAbi(),
        like.interpreter(),
        like.soname(),
        like.needed(),
        like.rpath(),
        like.runpath(),
        Map.of(),
        Set.of(versions));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void everyPrefixAndThousandsOfMutationsCanBeRead(String name) {
    byte[] file = ElfFixtures.read(name);
    for (int length = 4; length < file.length; length += 7) {
      assertBounded(java.util.Arrays.copyOf(file, length));
    }
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      byte[] mutant = file.clone();
      for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
        mutant[4 + random.nextInt(mutant.length - 4)] = (byte) random.nextInt();
      }
      assertBounded(mutant);
    }
  }

  @Test
  void aChainOfVersionsThatNeverEndsIsLeft() {
    byte[] file = ElfFixtures.read("armhf-dynamic");
    int needs = versionNeeds(file);
    little(file).putInt(needs + 12, 0xffff_fff0); // far beyond the end
    assertBounded(file);
    for (int step : new int[] {1, 2, 4, 8, 16}) {
      byte[] chained = ElfFixtures.read("armhf-dynamic");
      for (int at = needs; at + 16 < chained.length; at += step) {
        if (at > needs + 64) {
          break;
        }
        little(chained).putInt(at + 12, step);
      }
      assertBounded(chained);
    }
  }

  /** Where the versions that a 32-bit little-endian file needs stand in it. */
  private static int versionNeeds(byte[] file) {
    int dynamic = little(file).getInt(ElfFixtures.segment(file, ElfFixtures.PT_DYNAMIC) + 4);
    while (little(file).getInt(dynamic) != 0x6ffffffe) {
      dynamic += 8;
    }
    return little(file).getInt(dynamic + 4)
        - little(file).getInt(ElfFixtures.segment(file, ElfFixtures.PT_LOAD) + 8);
  }

  private static void assertBounded(byte[] file) {
    ElfLinks links = ElfLinks.of(file).orElseThrow();
    assertThat(links.needed().size()).isLessThanOrEqualTo(256);
    assertThat(links.rpath().size() + links.runpath().size()).isLessThanOrEqualTo(64);
    assertThat(links.versionsDefined().size()).isLessThanOrEqualTo(4096);
    assertThat(links.versionsNeeded().values().stream().mapToInt(Set::size).sum())
        .isLessThanOrEqualTo(4096);
  }
}

package org.malassay.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.elf.ElfFixtures.PT_DYNAMIC;
import static org.malassay.elf.ElfFixtures.little;
import static org.malassay.elf.ElfFixtures.segment;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.elf.ElfFacts;
import org.malassay.elf.ElfFixtures;

/** No content makes the reader throw, loop or take much memory. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class HostileElfTest {
  private static final long MAX_ALLOCATED = 64L << 20;

  /** The ELF header and the program headers of every fixture lie before this. */
  private static final int HEADERS = 680;

  static Stream<String> fixtures() {
    return ElfFixtures.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void everyPrefixOfARealFileHasFacts(String name) {
    byte[] file = ElfFixtures.read(name);
    ElfFacts whole = FileFactsReader.read(file).elf().orElseThrow();
    long loaded = ElfFixtures.endOfWhatIsLoaded(file);
    for (int length = 4; length < file.length; length++) {
      ElfFacts facts = FileFactsReader.read(Arrays.copyOf(file, length)).elf().orElseThrow();

      assertThat(facts.truncated()).as("truncated at %d", length).isEqualTo(length < loaded);
      if (length >= 64) { // the header tells the most important facts
        assertThat(facts.architecture()).isEqualTo(whole.architecture());
        assertThat(facts.bits()).isEqualTo(whole.bits());
        assertThat(facts.abi()).isEqualTo(whole.abi());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aThousandMutationsHaveFacts(String name) {
    byte[] file = ElfFixtures.read(name);
    mutate(file, file.length, new Random(1));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aThousandMutationsOfTheHeadersHaveFacts(String name) {
    byte[] file = ElfFixtures.read(name);
    mutate(file, Math.min(file.length, HEADERS), new Random(2));
  }

  private static void mutate(byte[] file, int within, Random random) {
    for (int i = 0; i < 1000; i++) {
      byte[] mutant = file.clone();
      for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
        mutant[4 + random.nextInt(within - 4)] = (byte) random.nextInt();
      }
      assertBounded(mutant);
    }
  }

  /** The values that overflow when they are added to, multiplied or taken as signed. */
  @ParameterizedTest
  @ValueSource(
      longs = {
        -1,
        -64,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 63,
        1L << 62,
        0xffff_ffffL,
        0x8000_0000L,
        0x7fff_ffffL
      })
  void everyWordOfTheHeadersMayBeExtreme(long extreme) {
    for (String name : ElfFixtures.ALL) {
      byte[] file = ElfFixtures.read(name);
      boolean wide = file[4] == 2;
      for (int at = 4; at + 8 <= Math.min(file.length, HEADERS); at++) {
        byte[] mutant = file.clone();
        if (wide) {
          little(mutant).putLong(at, extreme);
        } else {
          little(mutant).putInt(at, (int) extreme);
        }
        assertBounded(mutant);
      }
    }
  }

  @Test
  void hugeCountsCostLittle() {
    byte[] file = Arrays.copyOf(ElfFixtures.read("x86-64-dynamic"), 16 << 20);
    Arrays.fill(file, 64, file.length, (byte) 1); // every segment is PT_LOAD-like, every tag NEEDED
    little(file).putLong(32, 64).putShort(56, (short) 0xffff); // program headers
    little(file).putLong(40, 64).putShort(60, (short) 0xffff); // section headers

    assertBounded(file);
  }

  @Test
  void aCountOfSectionsKeptInTheFirstSectionIsBounded() {
    byte[] file = Arrays.copyOf(ElfFixtures.read("x86-64-dynamic"), 16 << 20);
    int sections = (int) little(file).getLong(40);
    little(file).putShort(60, (short) 0).putLong(sections + 32, 0xffff_ffffL);

    assertBounded(file);
  }

  @Test
  void neededLibrariesWithoutEndAreCut() {
    int table = 0x20000;
    byte[] file = Arrays.copyOf(ElfFixtures.read("armhf-dynamic"), 200_000);
    int dynamic = segment(file, PT_DYNAMIC);
    little(file).putInt(dynamic + 4, table).putInt(dynamic + 8, table).putInt(dynamic + 16, 60_000);
    for (int at = table; at < table + 60_000; at += 8) {
      little(file).putInt(at, 1).putInt(at + 4, 1); // DT_NEEDED
    }
    little(file).putInt(table, 5).putInt(table + 4, 0x248); // DT_STRTAB

    assertThat(FileFactsReader.read(file).elf().orElseThrow().needed()).hasSize(256);
  }

  private static void assertBounded(byte[] file) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    FileFacts facts = FileFactsReader.read(file);

    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    if (allocated > MAX_ALLOCATED || !facts.fileType().startsWith("ELF ")) {
      throw new AssertionError(facts + " took " + allocated + " bytes");
    }
  }
}

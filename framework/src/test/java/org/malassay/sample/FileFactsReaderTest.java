package org.malassay.sample;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.malassay.elf.ElfFixtures.PT_DYNAMIC;
import static org.malassay.elf.ElfFixtures.PT_GNU_STACK;
import static org.malassay.elf.ElfFixtures.PT_INTERP;
import static org.malassay.elf.ElfFixtures.PT_LOAD;
import static org.malassay.elf.ElfFixtures.little;
import static org.malassay.elf.ElfFixtures.removeSections;
import static org.malassay.elf.ElfFixtures.segment;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts;
import org.malassay.elf.ElfFacts.Endianness;
import org.malassay.elf.ElfFacts.FloatAbi;
import org.malassay.elf.ElfFacts.Linkage;
import org.malassay.elf.ElfFacts.Loading;
import org.malassay.elf.ElfFacts.ObjectType;
import org.malassay.elf.ElfFixtures;
import org.malassay.sample.FileFacts.FileType;

class FileFactsReaderTest {
  // Positions in the ELF header of a 32-bit file.
  private static final int E_FLAGS = 36;
  private static final int E_PHOFF = 28;
  private static final int E_SHOFF = 32;

  /** Every value here is what {@code readelf -hlSdA} and {@code file} of Debian 12 say. */
  @ParameterizedTest
  @CsvSource({
    "aarch64-dynamic, ELF 64-bit LSB pie executable, aarch64, SYSV, dynamic",
    "armel-object, ELF 32-bit LSB relocatable, arm, EABI5 soft-float, none",
    "armel-static, ELF 32-bit LSB executable, arm, EABI5 soft-float, static",
    "armel-static-symbols, ELF 32-bit LSB executable, arm, EABI5 soft-float, static",
    "armhf-dynamic, ELF 32-bit LSB pie executable, arm, EABI5 hard-float, dynamic",
    "armhf-library, ELF 32-bit LSB shared object, arm, EABI5 hard-float, dynamic",
    "armhf-object, ELF 32-bit LSB relocatable, arm, EABI5 hard-float, none",
    "armhf-static-pie, ELF 32-bit LSB pie executable, arm, EABI5 hard-float, static-pie",
    "mips-static, ELF 32-bit MSB executable, mips, SYSV, static",
    "x86-64-dynamic, ELF 64-bit LSB pie executable, x86-64, SYSV, dynamic",
    "x86-64-static, ELF 64-bit LSB executable, x86-64, SYSV, static",
  })
  void realFilesHaveTheColumnsThatReadelfGivesThem(
      String name, String fileType, String architecture, String abi, String linkage) {
    FileFacts facts = FileFactsReader.read(ElfFixtures.read(name));

    assertThat(facts.type()).isEqualTo(FileType.ELF);
    assertThat(facts.fileType()).isEqualTo(fileType);
    assertThat(facts.architecture()).isEqualTo(architecture);
    assertThat(facts.abi()).isEqualTo(abi);
    assertThat(facts.linkage()).isEqualTo(linkage);
    assertThat(facts.elf().orElseThrow().truncated()).isFalse();
    assertThat(facts.elf().orElseThrow().upxPacked()).isFalse();
    assertThat(facts.elf().orElseThrow().loading())
        .isEqualTo(name.endsWith("-object") ? Loading.REFUSED : Loading.LOADED);
  }

  @Test
  void aDynamicProgramHasAllItsFacts() {
    assertThat(elf("armhf-dynamic"))
        .isEqualTo(
            new ElfFacts(
                32,
                Endianness.LITTLE,
                Architecture.ARM,
                40,
                ObjectType.SHARED_OBJECT,
                "EABI5",
                FloatAbi.HARD,
                Linkage.DYNAMIC,
                Optional.of("/lib/ld-linux-armhf.so.3"),
                List.of("libm.so.6", "libc.so.6"),
                true,
                false,
                false,
                Loading.LOADED,
                false,
                4));
  }

  @Test
  void a64BitProgramHasItsInterpreterAndLibraries() {
    assertThat(elf("aarch64-dynamic").interpreter()).contains("/lib/ld-linux-aarch64.so.1");
    assertThat(elf("aarch64-dynamic").needed()).containsExactly("libm.so.6", "libc.so.6");
  }

  @Test
  void neededLibrariesAreFoundWithoutSectionHeaders() {
    byte[] file = ElfFixtures.read("armhf-dynamic");
    removeSections(file);

    assertThat(elf(file).needed()).containsExactly("libm.so.6", "libc.so.6");
    assertThat(elf(file).truncated()).isFalse();
  }

  @Test
  void neededLibrariesAreFoundByAddressWhenTheOffsetIsFalse() {
    byte[] file = ElfFixtures.read("armhf-dynamic");
    little(file).putInt(segment(file, PT_DYNAMIC) + 4, 0x7fffffff);

    assertThat(elf(file).needed()).containsExactly("libm.so.6", "libc.so.6");
  }

  @Test
  void aFileIsStrippedWhenItHasNoSymbolTable() {
    assertThat(elf("armel-static").stripped()).isTrue();
    assertThat(elf("armel-static-symbols").stripped()).isFalse();
  }

  @Test
  void anArmFileWithoutEabiVersionIsOfTheOldAbi() {
    byte[] file = ElfFixtures.read("armel-static");
    removeSections(file);
    little(file).putInt(E_FLAGS, 0x202);

    assertThat(FileFactsReader.read(file).abi()).isEqualTo("OABI");
  }

  @Test
  void anArmFileOfEabi4HasNoFloatBits() {
    byte[] file = ElfFixtures.read("armel-static");
    removeSections(file);
    little(file).putInt(E_FLAGS, 0x04000602);

    assertThat(FileFactsReader.read(file).abi()).isEqualTo("EABI4");
  }

  @Test
  void theFloatAbiIsTakenFromTheBuildAttributesWhenTheFlagsAreSilent() {
    byte[] file = ElfFixtures.read("armhf-dynamic");
    little(file).putInt(E_FLAGS, 0x05000000);

    assertThat(elf(file).floatAbi()).isEqualTo(FloatAbi.HARD);
  }

  @Test
  void theFloatAbiIsUnstatedWhenFlagsAndAttributesAreMissing() {
    byte[] file = ElfFixtures.read("armhf-dynamic");
    removeSections(file);
    little(file).putInt(E_FLAGS, 0x05000000);

    assertThat(elf(file).floatAbi()).isEqualTo(FloatAbi.UNSTATED);
  }

  @Test
  void bigEndianArmIsAnArchitectureOfItsOwn() {
    ByteBuffer header = ByteBuffer.allocate(52);
    header.putInt(0x7f454c46).put((byte) 1).put((byte) 2).put((byte) 1);
    header.putShort(16, (short) 2).putShort(18, (short) 40).putInt(E_FLAGS, 0x05800000);

    FileFacts facts = FileFactsReader.read(header.array());

    assertThat(facts.fileType()).isEqualTo("ELF 32-bit MSB executable");
    assertThat(facts.architecture()).isEqualTo("armeb");
    assertThat(facts.abi()).isEqualTo("EABI5");
  }

  @Test
  void anUnknownMachineIsShownByItsNumber() {
    byte[] file = ElfFixtures.read("x86-64-static");
    little(file).putShort(18, (short) 0xbeef);

    assertThat(FileFactsReader.read(file).architecture()).isEqualTo("other (machine 48879)");
  }

  @Test
  void falseClassAndByteOrderInTheIdentificationDoNotMislead() {
    byte[] file = ElfFixtures.read("armhf-dynamic");
    file[4] = 2;
    file[5] = 2;

    assertThat(elf(file)).isEqualTo(elf("armhf-dynamic"));
  }

  @Test
  void aPositionIndependentFileWithoutDynamicSectionIsStaticPieAsUpxLeavesIt() {
    byte[] file = ElfFixtures.read("armhf-static-pie");
    little(file).putInt(segment(file, PT_DYNAMIC), 0);

    assertThat(elf(file).linkage()).isEqualTo(Linkage.STATIC_PIE);
  }

  @Test
  void aFileWithoutLoadedSegmentCannotBeStarted() {
    byte[] file = ElfFixtures.read("armel-static");
    little(file).putInt(segment(file, PT_LOAD), 0);

    assertThat(elf(file).linkage()).isEqualTo(Linkage.NONE);
  }

  @Test
  void theMarkOfUpxIsFoundBehindTheProgramHeaders() {
    byte[] file = ElfFixtures.read("armel-static");
    int end = little(file).getInt(E_PHOFF) + little(file).getShort(44) * 32;
    System.arraycopy("UPX!".getBytes(UTF_8), 0, file, end + 4, 4);

    assertThat(elf(file).upxPacked()).isTrue();
  }

  @Test
  void theMarkOfUpxIsFoundAtTheEnd() {
    byte[] file = Arrays.copyOf(ElfFixtures.read("armhf-dynamic"), 20_000);
    System.arraycopy("UPX!".getBytes(UTF_8), 0, file, file.length - 36, 4);

    assertThat(elf(file).upxPacked()).isTrue();
    assertThat(FileFactsReader.read(file).packed()).isEqualTo("UPX");
  }

  @Test
  void textAboutUpxWithinAFileIsNotItsMark() {
    byte[] file = Arrays.copyOf(ElfFixtures.read("armhf-dynamic"), 20_000);
    System.arraycopy("UPX!".getBytes(UTF_8), 0, file, 10_000, 4);

    assertThat(elf(file).upxPacked()).isFalse();
    assertThat(FileFactsReader.read(file).packed()).isEqualTo("none");
  }

  @Test
  void aFileCutWithinALoadedSegmentIsTruncated() {
    byte[] file = ElfFixtures.read("armel-static");
    removeSections(file);

    assertThat(elf(file).truncated()).isFalse();
    assertThat(elf(Arrays.copyOf(file, 0x7f)).truncated()).isTrue();
    assertThat(elf(Arrays.copyOf(file, 0x80)).truncated()).isFalse(); // where PT_LOAD ends
  }

  @Test
  void aTableOfSectionsOutsideTheFileIsMissedByNobody() {
    byte[] file = ElfFixtures.read("armel-static");
    little(file).putInt(E_SHOFF, 0x7fff_fff0);
    assertThat(elf(file).truncated()).isFalse();

    int end = little(ElfFixtures.read("armel-static")).getInt(E_SHOFF) + 40; // in the middle of it
    assertThat(elf(Arrays.copyOf(ElfFixtures.read("armel-static"), end)).truncated()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0x7fff_fff0, -1})
  void anInterpreterWhoseNameLiesBeyondTheEndIsMissing(int offset) {
    byte[] file = ElfFixtures.read("armhf-dynamic");
    little(file).putInt(segment(file, PT_INTERP) + 4, offset);

    assertThat(elf(file).truncated()).isTrue();
  }

  /** What comes of it in a kernel is looked at by {@code OddElfIT} of the environments. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "e_ident that is not read, armel-static, 0, 4, 0xffffff02, LOADED",
    "no e_type of a program,   armel-static, 0, 16, 0x00280001, REFUSED",
    "no program headers,       armel-static, 0, 42, 0x00000020, REFUSED",
    "others of another size,   armel-static, 0, 42, 0x0001001f, REFUSED",
    "more than fit a page,     large,        0, 42, 0x00810020, REFUSED",
    "as many as fit a page,    large,        0, 42, 0x00800020, LOADED",
    "none in the file,         armel-static, 0, 28, 0x7fffffff, REFUSED",
    "no name,                  armhf-dynamic, 3, 16, 0, REFUSED",
    "only its end,             armhf-dynamic, 3, 16, 1, REFUSED",
    "longer than a path,       large,         3, 16, 4097, REFUSED",
    "without its end,          armhf-dynamic, 3, 16, 5, REFUSED",
    "beyond the end,           armhf-dynamic, 3, 4, 0x7ffffff0, UNREADABLE",
    "another page offset,      armel-static, 1, 4, 1, KILLED",
    "nothing to be mapped,     armhf-dynamic, 1, 16, 0, LOADED",
    "less memory than file,    armel-static, 1, 20, 1, KILLED",
    "beyond 4 GiB,             armel-static, 1, 20, -1, KILLED",
  })
  void linuxTakesRefusesOrKillsAProgramByItsHeaders(
      String name, String fixture, int segment, int at, String value, Loading expected) {
    byte[] file = ElfFixtures.read(fixture.equals("large") ? "armhf-dynamic" : fixture);
    int header = segment == 0 ? 0 : segment(file, segment);
    little(file).putInt(header + at, Long.decode(value).intValue());

    assertThat(elf(fixture.equals("large") ? Arrays.copyOf(file, 20_000) : file).loading())
        .isEqualTo(expected);
  }

  @Test
  void whatLinuxMakesOfProgramsForOthersIsNotJudged() {
    byte[] file = ElfFixtures.read("x86-64-static");
    little(file).putShort(54, (short) 1);

    assertThat(elf(file).loading()).isEqualTo(Loading.LOADED);
    assertThat(elf(file).readImpliesExecute()).isFalse();
  }

  @Test
  void withoutAWordAboutTheStackAllThatCanBeReadCanBeExecuted() {
    byte[] file = ElfFixtures.read("armhf-dynamic");
    assertThat(elf(file).readImpliesExecute()).isFalse();
    little(file).putInt(segment(file, PT_GNU_STACK), 0);

    assertThat(elf(file).readImpliesExecute()).isTrue();
  }

  @Test
  void theMagicNumberAloneMakesAFileElf() {
    FileFacts facts = FileFactsReader.read("\177ELF".getBytes(ISO_8859_1));

    assertThat(facts.fileType()).isEqualTo("ELF 32-bit LSB of unknown type");
    assertThat(facts.abi()).isEqualTo("unknown");
    assertThat(facts.linkage()).isEqualTo("none");
    assertThat(facts.elf().orElseThrow().truncated()).isTrue();
    assertThat(FileFactsReader.read("\177EL".getBytes(ISO_8859_1)).elf()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'#!/bin/sh\necho\n' | script (/bin/sh)",
        "'#! \t/usr/bin/env -S python3\n' | script (/usr/bin/env)",
        "'#!/bin/sh' | script (/bin/sh)",
        "'#!\n' | script ()",
        "'#!/bin/\u001b[31m\r\n' | script (/bin/\\x1b[31m\\r)",
        "'#include <stdio.h>\n' | text",
        "'just text\n' | text",
        "'\tna\u00efve \u001b[1m\n' | text",
        "'a\u0001b' | data",
      })
  void whatIsNotElfIsToldByItsBeginning(String content, String fileType) {
    FileFacts facts = FileFactsReader.read(content.getBytes(UTF_8));

    assertThat(facts.fileType()).isEqualTo(fileType);
    assertThat(facts.architecture() + facts.abi() + facts.linkage() + facts.packed()).isEmpty();
  }

  @Test
  void onlyATextWithoutAnInterpreterIsForAShell() {
    FileFacts text = FileFactsReader.read("cd /tmp; ls\n".getBytes(UTF_8));
    assertThat(text.isForShell()).isFalse();
    assertThat(text.withShell().isForShell()).isTrue();
    assertThat(text.withShell().fileType()).isEqualTo("text");
    for (String other : List.of("#!/bin/bash\n", "a\u0001b", "")) {
      FileFacts facts = FileFactsReader.read(other.getBytes(UTF_8));
      assertThat(facts.withShell()).isEqualTo(facts);
      assertThat(facts.isForShell()).isFalse();
    }
  }

  @Test
  void anEmptyFileIsEmpty() {
    assertThat(FileFactsReader.read(new byte[0])).isEqualTo(FileFacts.of(FileType.EMPTY));
  }

  @Test
  void malformedUtf8AndNulAreData() {
    assertThat(FileFactsReader.read(new byte[] {'a', 0, 'b'}).type()).isEqualTo(FileType.DATA);
    assertThat(FileFactsReader.read(new byte[] {'a', (byte) 0xff}).type()).isEqualTo(FileType.DATA);
    assertThat(FileFactsReader.read(new byte[] {'a', (byte) 0xc3}).type()).isEqualTo(FileType.DATA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a"})
  void aCharacterCutByTheWindowIsStillText(String shift) {
    byte[] text = (shift + "\u00e4".repeat(10_000)).getBytes(UTF_8);

    assertThat(FileFactsReader.read(text).type()).isEqualTo(FileType.TEXT);
  }

  @Test
  void filesAreReadLikeBytes(@TempDir Path folder) throws IOException {
    for (String name : ElfFixtures.ALL) {
      Path file = Files.write(folder.resolve(name), ElfFixtures.read(name));

      assertThat(FileFactsReader.read(file))
          .isEqualTo(FileFactsReader.read(ElfFixtures.read(name)));
    }
  }

  @Test
  void aFileOfManyGigabytesIsReadAtItsHeadersOnly(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("large"), ElfFixtures.read("armhf-dynamic"));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(20L << 30);
    }

    assertThat(FileFactsReader.read(file).elf()).contains(elf("armhf-dynamic"));
  }

  @Test
  void whatIsNoRegularFileIsNotOpened(@TempDir Path folder) {
    assertThatThrownBy(() -> FileFactsReader.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not a regular file");
  }

  private static ElfFacts elf(String name) {
    return elf(ElfFixtures.read(name));
  }

  private static ElfFacts elf(byte[] file) {
    return FileFactsReader.read(file).elf().orElseThrow();
  }
}

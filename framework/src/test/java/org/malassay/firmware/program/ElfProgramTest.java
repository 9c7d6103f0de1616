package org.malassay.firmware.program;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.malassay.elf.ElfFixtures;
import org.malassay.elf.ElfLayout;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Mitigations.Pie;
import org.malassay.firmware.Mitigations.Relro;

class ElfProgramTest {
  private static final int ARM = 40;
  private static final int AARCH64 = 183;
  private static final int X86_64 = 62;
  private static final int MIPS = 8;

  private static final long DEBUG = 21;
  private static final long SONAME = 14;
  private static final long FLAGS_1 = 0x6ffffffbL;

  private static Mitigations of(MadeElf elf) {
    return of(elf.bytes());
  }

  private static Mitigations of(byte[] file) {
    return ElfProgram.read(file).orElseThrow().mitigations();
  }

  /** What readelf and checksec 2.6.0 say of the committed files. */
  @ParameterizedTest
  @CsvSource({
    "aarch64-dynamic, aarch64, program, YES, YES, PARTIAL, NO, YES",
    "armel-object, arm, object, NOT_APPLICABLE, OBJECT, NOT_APPLICABLE, NO, NO",
    "armel-static, arm, program, YES, NO, NONE, UNKNOWN, YES",
    "armel-static-symbols, arm, program, YES, NO, NONE, NO, NO",
    "armhf-dynamic, arm, program, YES, YES, PARTIAL, NO, YES",
    "armhf-library, arm, library, YES, LIBRARY, PARTIAL, NO, YES",
    "armhf-static-pie, arm, program, YES, STATIC_PIE, PARTIAL, UNKNOWN, YES",
    "mips-static, mips, program, YES, NO, NONE, UNKNOWN, YES",
    "x86-64-dynamic, x86-64, program, YES, YES, PARTIAL, NO, YES",
    "x86-64-static, x86-64, program, YES, NO, NONE, UNKNOWN, YES",
  })
  void realFilesAreToldAsReadelfTellsThem(
      String name,
      String architecture,
      String kind,
      Answer nx,
      Pie pie,
      Relro relro,
      Answer canary,
      Answer stripped) {
    ElfFinding finding = ElfProgram.read(ElfFixtures.read(name)).orElseThrow();
    Mitigations told = finding.mitigations();

    assertThat(finding.architecture()).isEqualTo(architecture);
    assertThat(finding.kind()).isEqualTo(kind);
    assertThat(told.nx()).isEqualTo(nx);
    assertThat(told.pie()).isEqualTo(pie);
    assertThat(told.relro()).isEqualTo(relro);
    assertThat(told.canary()).isEqualTo(canary);
    assertThat(told.stripped()).isEqualTo(stripped);
  }

  static Stream<Arguments> machines() {
    return Stream.of(
        Arguments.of(ARM, false, false, "arm"),
        Arguments.of(ARM, false, true, "armeb"),
        Arguments.of(AARCH64, true, false, "aarch64"),
        Arguments.of(AARCH64, true, true, "aarch64_be"),
        Arguments.of(MIPS, false, true, "mips"),
        Arguments.of(MIPS, false, false, "mipsel"),
        Arguments.of(MIPS, true, true, "mips64"),
        Arguments.of(MIPS, true, false, "mips64el"),
        Arguments.of(20, false, true, "powerpc"),
        Arguments.of(21, true, true, "powerpc64"),
        Arguments.of(21, true, false, "powerpc64"),
        Arguments.of(3, false, false, "x86"),
        Arguments.of(X86_64, true, false, "x86-64"));
  }

  @ParameterizedTest
  @MethodSource("machines")
  void everyArchitectureIsTold(int machine, boolean wide, boolean big, String label) {
    ElfFinding hardened =
        ElfProgram.read(
                MadeElf.of(machine, wide, big)
                    .interpreter()
                    .relro()
                    .tag(24, 0)
                    .tag(DEBUG, 0)
                    .tag(29, 1)
                    .needs("libc.so.6")
                    .asks("__stack_chk_fail", "__memcpy_chk", "strcpy", "puts")
                    .bytes())
            .orElseThrow();
    ElfFinding bare =
        ElfProgram.read(
                MadeElf.of(machine, wide, big)
                    .type(2)
                    .interpreter()
                    .stack(7)
                    .tag(15, 1)
                    .needs("libc.so.0")
                    .asks("strcpy", "puts")
                    .symbols("main")
                    .bytes())
            .orElseThrow();

    assertThat(hardened.architecture()).isEqualTo(label);
    Mitigations yes = hardened.mitigations();
    assertThat(yes.nx()).isEqualTo(Answer.YES);
    assertThat(yes.pie()).isEqualTo(Pie.YES);
    assertThat(yes.relro()).isEqualTo(Relro.FULL);
    assertThat(yes.canary()).isEqualTo(Answer.YES);
    assertThat(yes.fortify()).isEqualTo(Answer.YES);
    assertThat(yes.fortifiedCalls()).isEqualTo(1);
    assertThat(yes.fortifiableCalls()).isEqualTo(2);
    assertThat(yes.rpath()).isEqualTo(Answer.NO);
    assertThat(yes.runpath()).isEqualTo(Answer.YES);
    assertThat(yes.stripped()).isEqualTo(Answer.YES);
    assertThat(yes.cfi()).isEqualTo(Answer.UNKNOWN);
    Mitigations no = bare.mitigations();
    assertThat(no.nx()).isEqualTo(Answer.NO);
    assertThat(no.pie()).isEqualTo(Pie.NO);
    assertThat(no.relro()).isEqualTo(Relro.NONE);
    assertThat(no.canary()).isEqualTo(Answer.NO);
    assertThat(no.fortify()).isEqualTo(Answer.NO);
    assertThat(no.rpath()).isEqualTo(Answer.YES);
    assertThat(no.runpath()).isEqualTo(Answer.NO);
    assertThat(no.stripped()).isEqualTo(Answer.NO);
    assertThat(no.cfi()).isEqualTo(Answer.NO);
  }

  @Test
  void aStackWithoutAHeaderCanBeExecuted() {
    assertThat(of(MadeElf.of(MIPS, false, true).type(2).stack(-1)).nx()).isEqualTo(Answer.NO);
    assertThat(of(MadeElf.of(ARM, false, false).type(2).stack(6)).nx()).isEqualTo(Answer.YES);
  }

  @Test
  void anInterpreterAloneMakesNoProgramOfALibraryWithAName() {
    assertThat(of(MadeElf.of(ARM, false, false).interpreter().tag(SONAME, 1)).pie())
        .as("libc.so.6")
        .isEqualTo(Pie.LIBRARY);
    assertThat(of(MadeElf.of(ARM, false, false).interpreter()).pie()).isEqualTo(Pie.YES);
    assertThat(of(MadeElf.of(ARM, false, false)).pie()).isEqualTo(Pie.LIBRARY);
    assertThat(of(MadeElf.of(ARM, false, false).tag(FLAGS_1, 0x08000000)).pie())
        .isEqualTo(Pie.STATIC_PIE);
    assertThat(of(MadeElf.of(ARM, false, false).isStatic()).pie()).isEqualTo(Pie.UNKNOWN);
  }

  @Test
  void relocationsAreFullyReadOnlyByAnyOfThreeMarks() {
    assertThat(of(MadeElf.of(ARM, false, false).relro()).relro()).isEqualTo(Relro.PARTIAL);
    assertThat(of(MadeElf.of(ARM, false, false).relro().tag(24, 0)).relro()).isEqualTo(Relro.FULL);
    assertThat(of(MadeElf.of(ARM, false, false).relro().tag(30, 8)).relro()).isEqualTo(Relro.FULL);
    assertThat(of(MadeElf.of(ARM, false, false).relro().tag(FLAGS_1, 1)).relro())
        .isEqualTo(Relro.FULL);
    assertThat(of(MadeElf.of(ARM, false, false).tag(24, 0)).relro())
        .as("bound at once and still writable")
        .isEqualTo(Relro.NONE);
  }

  @Test
  void aStaticStrippedProgramShowsACanaryByItsWordsAndNothingShowsThatThereIsNone() {
    byte[] words = "*** stack smashing detected ***".getBytes(US_ASCII);

    assertThat(of(MadeElf.of(ARM, false, false).type(2).isStatic().text(words)).canary())
        .isEqualTo(Answer.YES);
    assertThat(of(MadeElf.of(ARM, false, false).type(2).isStatic()).canary())
        .isEqualTo(Answer.UNKNOWN);
    assertThat(of(MadeElf.of(ARM, false, false).type(2).isStatic().symbols("main")).canary())
        .isEqualTo(Answer.NO);
    assertThat(of(MadeElf.of(ARM, false, false).type(2).isStatic()).fortify())
        .isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void fortifyIsUnknownOfMuslWhoseChecksAreInline() {
    assertThat(of(MadeElf.of(ARM, false, false).needs("libc.so").asks("strcpy")).fortify())
        .isEqualTo(Answer.UNKNOWN);
    assertThat(of(MadeElf.of(ARM, false, false).needs("libc.so.6").asks("strcpy")).fortify())
        .isEqualTo(Answer.NO);
    assertThat(of(MadeElf.of(ARM, false, false).needs("libc.so.6").asks("puts")).fortify())
        .as("nothing that could be checked")
        .isEqualTo(Answer.NOT_APPLICABLE);
    assertThat(of(MadeElf.of(ARM, false, false).asks("__open_2", "__fdelt_chk")).fortify())
        .isEqualTo(Answer.YES);
    assertThat(of(MadeElf.of(ARM, false, false).asks("__stack_chk_fail", "__own_chk")).fortify())
        .isEqualTo(Answer.NOT_APPLICABLE);
  }

  @ParameterizedTest
  @CsvSource({"__cfi_check", "__cfi_slowpath", "main.cfi", "f.cfi_jt", "__kcfi_typeid_open"})
  void clangLeavesNamesOfItsChecks(String name) {
    assertThat(of(MadeElf.of(AARCH64, true, false).symbols("main", name)).cfi())
        .isEqualTo(Answer.YES);
    assertThat(of(MadeElf.of(AARCH64, true, false).symbols("main", "specific")).cfi())
        .isEqualTo(Answer.NO);
  }

  @Test
  void branchesAndReturnsAreProtectedByMarks() {
    Mitigations both = of(MadeElf.of(AARCH64, true, false).property(0xc0000000, 3));
    Mitigations none = of(MadeElf.of(AARCH64, true, false));
    Mitigations branches = of(MadeElf.of(AARCH64, true, true).property(0xc0000000, 1));

    assertThat(both.bti()).isEqualTo(Answer.YES);
    assertThat(both.pac()).isEqualTo(Answer.YES);
    assertThat(none.bti()).isEqualTo(Answer.NO);
    assertThat(none.pac()).isEqualTo(Answer.NO);
    assertThat(branches.bti()).isEqualTo(Answer.YES);
    assertThat(branches.pac()).isEqualTo(Answer.NO);
    assertThat(of(MadeElf.of(X86_64, true, false).property(0xc0000002, 3)).bti())
        .isEqualTo(Answer.YES);
    assertThat(of(MadeElf.of(X86_64, true, false).property(0xc0000002, 2)).bti())
        .isEqualTo(Answer.NO);
    assertThat(of(MadeElf.of(MIPS, false, true)).bti()).isEqualTo(Answer.NOT_APPLICABLE);
    assertThat(of(MadeElf.of(X86_64, true, false)).pac()).isEqualTo(Answer.NOT_APPLICABLE);
  }

  @Test
  void addressesAreSignedInPartWhereInstructionsSayThatTheyAre() {
    byte[] code =
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 0xd503233f).array();

    assertThat(of(MadeElf.of(AARCH64, true, false).text(code)).pac()).isEqualTo(Answer.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "8, false, 0x80100000, kernel",
    "8, false, 0x00400000, program",
    "40, false, 0xc0008000, kernel",
    "40, false, 0x80008000, program",
    "183, true, 0xffff800008000000, kernel",
    "183, true, 0x0000aaaa00000000, program",
  })
  void whatIsLoadedWhereNoProgramIsIsAKernel(
      int machine, boolean wide, String address, String kind) {
    MadeElf made =
        MadeElf.of(machine, wide, false)
            .type(2)
            .isStatic()
            .at(Long.parseUnsignedLong(address.substring(2), 16));

    assertThat(ElfProgram.read(made.bytes()).orElseThrow().kind()).isEqualTo(kind);
  }

  @Test
  void whatUpxPackedSaysNothingOfItsSymbolsAndFolders() {
    byte[] file = Arrays.copyOf(ElfFixtures.read("armhf-dynamic"), 20_000);
    System.arraycopy("UPX!".getBytes(US_ASCII), 0, file, file.length - 36, 4);

    assertThat(of(file))
        .returns(Answer.UNKNOWN, Mitigations::stripped)
        .returns(Answer.UNKNOWN, Mitigations::rpath)
        .returns(Answer.UNKNOWN, Mitigations::runpath);
  }

  @Test
  void moreSymbolsThanAreLookedAtSayNothingOfWhatIsAmongTheRest() {
    byte[] made = MadeElf.of(ARM, false, false).interpreter().asks("puts").symbols("main").bytes();
    byte[] file = Arrays.copyOf(made, 4 << 20);
    int hash = (int) ElfLayout.read(file).orElseThrow().dynamic(4).orElseThrow();
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(hash + 4, 300_000);

    assertThat(of(made)).returns(Answer.NO, Mitigations::canary);
    assertThat(of(made)).returns(Answer.NO, Mitigations::cfi);
    assertThat(of(file)).returns(Answer.UNKNOWN, Mitigations::canary);
    assertThat(of(file)).returns(Answer.UNKNOWN, Mitigations::cfi);
  }

  @Test
  void whatIsNoElfFileIsNothing() {
    assertThat(ElfProgram.read(new byte[0])).isEmpty();
    assertThat(ElfProgram.read("#!/bin/sh\n".getBytes(US_ASCII))).isEmpty();
  }

  @Test
  void anyPrefixAndAnyMutationIsTold() {
    Random random = new Random(7);
    for (MadeElf made :
        new MadeElf[] {
          MadeElf.of(ARM, false, false).interpreter().relro().asks("strcpy").symbols("main"),
          MadeElf.of(AARCH64, true, true).property(0xc0000000, 3).asks("__memcpy_chk").symbols("f")
        }) {
      byte[] file = made.bytes();
      for (int length = 4; length < file.length; length += 3) {
        assertThat(ElfProgram.read(Arrays.copyOf(file, length))).isPresent();
      }
      for (int i = 0; i < 2000; i++) {
        byte[] mutant = file.clone();
        for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
          mutant[4 + random.nextInt(mutant.length - 4)] = (byte) random.nextInt();
        }
        assertThat(ElfProgram.read(mutant)).isPresent();
        assertThat(Functions.of(mutant, ElfLayout.read(mutant).orElseThrow()))
            .hasSizeLessThanOrEqualTo(5000);
      }
    }
  }
}

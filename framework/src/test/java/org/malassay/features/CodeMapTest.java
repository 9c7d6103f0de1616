package org.malassay.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.elf.ElfLayout;
import org.malassay.features.Made.Segment;

class CodeMapTest {
  private static CodeMap of(byte[] file) {
    return CodeMap.of(file, ElfLayout.read(file).orElseThrow()).orElseThrow();
  }

  private static byte[] arm(int instructions) {
    ByteBuffer code = ByteBuffer.allocate(instructions * 4).order(ByteOrder.LITTLE_ENDIAN);
    while (code.hasRemaining()) {
      code.putInt(0xe1a00000); // mov r0, r0
    }
    return code.array();
  }

  private static byte[] thumb(int instructions) {
    ByteBuffer code = ByteBuffer.allocate(instructions * 2).order(ByteOrder.LITTLE_ENDIAN);
    while (code.hasRemaining()) {
      code.putShort((short) 0x4608); // mov r0, r1
    }
    return code.array();
  }

  private static byte[] both(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static List<Segment> code(int size) {
    return List.of(new Segment(Made.EXECUTABLE, 4096, size));
  }

  @Test
  void mappingSymbolsTellArmThumbAndData() {
    CodeMap map = of(Made.elf("armel-static-symbols"));
    assertThat(map.isMapped()).isTrue();
    assertThat(map.code()).containsKey(InstructionSet.ARM);
    int counted = map.code().values().stream().flatMap(List::stream).mapToInt(Span::length).sum();
    assertThat(counted + map.data()).isEqualTo(map.total());
  }

  @Test
  void withoutThemAWindowIsArmWhereMostWordsAreUnconditional() {
    byte[] file = Made.program(4096, code(4096), both(arm(512), thumb(1024)));
    CodeMap map = of(file);
    assertThat(map.isMapped()).isFalse();
    assertThat(map.code().get(InstructionSet.ARM))
        .extracting(Span::from)
        .containsExactly(4096, 4608, 5120, 5632);
    assertThat(map.code().get(InstructionSet.THUMB))
        .extracting(Span::from)
        .containsExactly(6144, 6656, 7168, 7680);
  }

  /** Half of the words of this window are unconditional, which would be ARM. */
  @Test
  void whereTheEntryPointLiesItsLowestBitTells() {
    byte[] doubtful = both(arm(64), thumb(128));
    assertThat(of(Made.program(4097, code(512), doubtful)).code())
        .containsOnlyKeys(InstructionSet.THUMB);
    assertThat(of(Made.program(4096, code(512), doubtful)).code())
        .containsOnlyKeys(InstructionSet.ARM);
  }

  @Test
  void aWindowInDoubtIsAsTheOneBefore() {
    byte[] doubtful = both(arm(50), thumb(156)); // 50 of 128 words
    byte[] file = Made.program(4097, code(1536), both(thumb(512), doubtful));
    assertThat(of(file).code()).containsOnlyKeys(InstructionSet.THUMB);
    byte[] other = Made.program(4096, code(1536), both(arm(256), doubtful));
    assertThat(of(other).code()).containsOnlyKeys(InstructionSet.ARM);
  }

  @Test
  void aByteCountsOnceInHoweverManySegmentsItIs() {
    byte[] file =
        Made.program(
            4096,
            List.of(
                new Segment(Made.EXECUTABLE, 4096, 1024),
                new Segment(Made.EXECUTABLE, 4096, 2048),
                new Segment(Made.EXECUTABLE, 5000, 0x7fffffff),
                new Segment(Made.READABLE, 0, 4096)),
            arm(1024));
    assertThat(of(file).total()).isEqualTo(4096);
  }

  @Test
  void sectionsThatNoSegmentLoadsAreNotBelieved() {
    byte[] file = Made.sections(3, 1, 6, arm(256));
    assertThat(of(file).total()).isEqualTo(1024);
    ByteBuffer headers = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int second = headers.getInt(32) + 2 * 40;
    headers.putInt(second + 16, 0).putInt(second + 20, 52); // the ELF header as code
    assertThat(of(file).code().get(InstructionSet.ARM)).first().isEqualTo(new Span(4096, 4608));
  }

  @Test
  void a64HasNoThumb() {
    assertThat(of(Made.elf("aarch64-dynamic")).code()).containsOnlyKeys(InstructionSet.A64);
  }

  @Test
  void otherArchitecturesAreNotCounted() {
    byte[] file = Made.elf("mips-static");
    assertThat(CodeMap.of(file, ElfLayout.read(file).orElseThrow())).isEmpty();
  }

  @Test
  void noPrefixAndNoFalseNumberOfAProgramIsAnError() {
    for (String name : List.of("armel-static-symbols", "armhf-object")) {
      byte[] file = Made.elf(name);
      for (int at = 4; at + 4 <= file.length; at++) {
        byte[] prefix = Arrays.copyOf(file, at);
        byte[] spoilt = file.clone();
        ByteBuffer.wrap(spoilt).putInt(at, 0x7fffff00);
        assertThatCode(
                () -> {
                  ElfLayout.read(prefix).ifPresent(elf -> CodeMap.of(prefix, elf));
                  ElfLayout.read(spoilt).ifPresent(elf -> CodeMap.of(spoilt, elf));
                })
            .doesNotThrowAnyException();
      }
    }
  }
}

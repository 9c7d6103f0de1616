package org.malassay.firmware.program;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfLayout;
import org.malassay.elf.ElfLayout.Symbol;
import org.malassay.sample.Digest;

/**
 * Digests of the code of each function that the symbols of an ELF file name, by which two builds of
 * a program are compared function by function. Distances of branches are left out where
 * instructions have four bytes (ARM, AArch64, MIPS), since they change when another function does;
 * literals and addresses of data are not, so that a function may seem changed that is not. That
 * errs towards "changed" and is why a share is told and no verdict.
 */
public final class Functions {
  private static final int MOST = 5000;
  private static final int LARGEST = 1 << 20;
  private static final int SMALLEST = 8;
  private static final int DIGITS = 16;

  private Functions() {}

  /** By name, the first digits of a digest; empty where the file has no symbols of functions. */
  public static Map<String, String> of(byte[] file, ElfLayout elf) {
    Map<String, String> digests = new TreeMap<>();
    Stream.concat(
            elf.symbols().stream(), elf.dynamicSymbols().stream().flatMap(list -> list.stream()))
        .filter(Symbol::isDefinedFunction)
        .filter(symbol -> symbol.size() >= SMALLEST && symbol.size() <= LARGEST)
        .limit(MOST)
        .forEach(
            symbol -> {
              OptionalLong from = elf.offset(symbol.value() & ~thumb(elf));
              if (from.isPresent()
                  && from.getAsLong() >= 0
                  && from.getAsLong() + symbol.size() <= file.length) {
                byte[] code =
                    Arrays.copyOfRange(
                        file, (int) from.getAsLong(), (int) (from.getAsLong() + symbol.size()));
                withoutDistances(code, elf, (symbol.value() & thumb(elf)) != 0);
                digests.putIfAbsent(symbol.name(), Digest.sha256(code).substring(0, DIGITS));
              }
            });
    return digests;
  }

  /** The bit of an address that says Thumb. */
  private static long thumb(ElfLayout elf) {
    return elf.architecture() == Architecture.ARM ? 1 : 0;
  }

  private static void withoutDistances(byte[] code, ElfLayout elf, boolean thumb) {
    if (thumb) {
      return;
    }
    ByteBuffer words = ByteBuffer.wrap(code).order(elf.codeOrder());
    for (int at = 0; at + 4 <= code.length; at += 4) {
      int word = words.getInt(at);
      words.putInt(at, plain(word, elf.architecture()));
    }
  }

  private static int plain(int word, Architecture architecture) {
    return switch (architecture) {
      // B, BL: bits 27 to 25 are 101
      case ARM, ARM_BIG_ENDIAN -> (word >>> 25 & 7) == 5 ? word & 0xff000000 : word;
      // B, BL; ADR, ADRP
      case AARCH64, AARCH64_BIG_ENDIAN ->
          (word & 0x7c000000) == 0x14000000
              ? word & 0xfc000000
              : (word & 0x1f000000) == 0x10000000 ? word & 0x9f00001f : word;
      // J, JAL
      case MIPS, MIPS_LITTLE_ENDIAN, MIPS64, MIPS64_LITTLE_ENDIAN ->
          word >>> 27 == 1 ? word & 0xfc000000 : word;
      default -> word;
    };
  }
}

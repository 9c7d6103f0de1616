package org.malassay.elf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/** The ELF files under {@code src/test/resources/elf}, and ways to spoil them. */
public final class ElfFixtures {
  public static final List<String> ALL =
      List.of(
          "aarch64-dynamic",
          "armel-object",
          "armel-static",
          "armel-static-symbols",
          "armhf-dynamic",
          "armhf-library",
          "armhf-object",
          "armhf-static-pie",
          "mips-static",
          "x86-64-dynamic",
          "x86-64-static");

  public static final int PT_LOAD = 1;
  public static final int PT_DYNAMIC = 2;
  public static final int PT_INTERP = 3;
  public static final int PT_GNU_STACK = 0x6474e551;

  private ElfFixtures() {}

  public static byte[] read(String name) {
    try (InputStream in = ElfFixtures.class.getResourceAsStream("/elf/" + name + ".elf")) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** To change numbers of a little-endian file in place. */
  public static ByteBuffer little(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where the first program header of a type is in a 32-bit little-endian file. */
  public static int segment(byte[] file, int type) {
    int at = little(file).getInt(28);
    while (little(file).getInt(at) != type) {
      at += 32;
    }
    return at;
  }

  /** Behind the last byte that a kernel reads of a sound file: its headers and what it loads. */
  public static long endOfWhatIsLoaded(byte[] file) {
    boolean wide = file[4] == 2;
    ByteBuffer in = file[5] == 1 ? little(file) : ByteBuffer.wrap(file);
    int size = wide ? 56 : 32;
    int table = in.getInt(wide ? 32 : 28); // below 2 GiB, and no fixture of 64 bits is big-endian
    int count = in.getShort(wide ? 56 : 44);
    long end = Math.max(wide ? 64 : 52, table + count * size);
    for (int at = table; at < table + count * size; at += size) {
      if (in.getInt(at) == PT_LOAD) {
        end = Math.max(end, in.getInt(at + (wide ? 8 : 4)) + in.getInt(at + (wide ? 32 : 16)));
      }
    }
    return end;
  }

  /** Makes a 32-bit little-endian file one without section headers. */
  public static void removeSections(byte[] file) {
    little(file).putInt(32, 0).putShort(48, (short) 0);
  }
}

package org.malassay.firmware.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.malassay.elf.ElfFacts.ObjectType;
import org.malassay.elf.ElfLayout;
import org.malassay.elf.ElfLayout.Symbol;
import org.malassay.elf.ElfSection;

/**
 * What a kernel's module says of the kernel that it is for.
 *
 * @param name its own, empty if it says none
 * @param vermagic such as {@code 3.10.14 SMP mod_unload MIPS32_R2 32BIT}: hostile text
 * @param architecture as in {@code Architecture.label()}
 * @param signed whether a signature is appended to it
 * @param canary whether its functions check their stack
 */
public record ModuleFinding(
    String name, String vermagic, String architecture, boolean signed, boolean canary) {
  /** With a line feed, as {@code MODULE_SIG_STRING} in the kernel's {@code module_signature.h}. */
  private static final byte[] SIGNATURE = "~Module signature appended~\n".getBytes(US_ASCII);

  private static final int MOST_INFO = 64 * 1024;
  private static final int MOST_VALUE = 200;

  /** Reads a file; empty if it is no module. */
  public static Optional<ModuleFinding> read(byte[] file, ElfLayout elf) {
    if (elf.type() != ObjectType.RELOCATABLE) {
      return Optional.empty();
    }
    return elf.sections().stream()
        .filter(section -> elf.name(section).equals(".modinfo") && section.isInFile())
        .findFirst()
        .map(section -> of(file, elf, info(file, section)));
  }

  private static ModuleFinding of(byte[] file, ElfLayout elf, Map<String, String> info) {
    return new ModuleFinding(
        info.getOrDefault("name", ""),
        info.getOrDefault("vermagic", "").strip(),
        elf.architecture().label(),
        isSigned(file),
        elf.symbols().stream().map(Symbol::name).anyMatch("__stack_chk_fail"::equals));
  }

  /** The fields, {@code name=value}, NUL after each. */
  private static Map<String, String> info(byte[] file, ElfSection section) {
    long from = Math.max(0, Math.min(file.length, section.offset()));
    long size = Math.max(0, Math.min(Math.min(MOST_INFO, section.size()), file.length - from));
    String text = new String(file, (int) from, (int) size, ISO_8859_1);
    Map<String, String> info = new HashMap<>();
    for (String field : text.split("\0", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        String value = field.substring(equals + 1);
        info.putIfAbsent(
            field.substring(0, equals), value.substring(0, Math.min(MOST_VALUE, value.length())));
      }
    }
    return info;
  }

  private static boolean isSigned(byte[] file) {
    return file.length >= SIGNATURE.length
        && Arrays.equals(
            file, file.length - SIGNATURE.length, file.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /** The version of the kernel, empty if the module says none. */
  public String version() {
    int end = vermagic.indexOf(' ');
    return end < 0 ? vermagic : vermagic.substring(0, end);
  }
}

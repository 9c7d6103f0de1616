package org.malassay.firmware.judge;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.firmware.application.Hint;
import org.malassay.firmware.kernel.KernelFinding;
import org.malassay.firmware.kernel.ModuleFinding;
import org.malassay.firmware.program.ElfFinding;

/**
 * What the content of one file says, whatever its name and image: a function of its bytes, so that
 * it is kept by their digest.
 *
 * @param tlsh its similarity digest; empty if it is no ELF file or too small for one
 * @param functions the digest of each function's code by the function's name, of ELF files with
 *     symbols that a rule knows; empty where it was not told
 */
public record FileFinding(
    Optional<ElfFinding> elf,
    String tlsh,
    List<Hint> hints,
    Optional<KernelFinding> kernel,
    Optional<ModuleFinding> module,
    Map<String, String> functions) {
  public FileFinding {
    hints = List.copyOf(hints);
    functions = Map.copyOf(functions);
  }

  /** Whether it says nothing at all. */
  boolean isEmpty() {
    return elf.isEmpty() && hints.isEmpty() && kernel.isEmpty();
  }
}

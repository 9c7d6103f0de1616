package org.malassay.firmware.kernel;

import java.util.HashMap;
import java.util.Map;
import org.malassay.firmware.Kernel.Told;

/**
 * What the bytes of a decompressed kernel say.
 *
 * @param version of its banner
 * @param banner what follows {@code Linux version} there, cut at 300 characters: hostile text
 * @param built the date of its banner, empty if it has none
 * @param architecture as in {@code Architecture.label()}; empty if it could not be told
 * @param configured whether it carries its own configuration ({@code CONFIG_IKCONFIG})
 * @param options what its configuration says, or else what its strings do
 * @param marks what is no option, by name, such as {@code randomize_va_space} or {@code grsecurity}
 */
public record KernelFinding(
    String version,
    String banner,
    String built,
    String architecture,
    boolean configured,
    Map<String, Told> options,
    Map<String, String> marks) {
  public KernelFinding {
    options = Map.copyOf(options);
    marks = Map.copyOf(marks);
  }

  /** The same of a kernel that is not all there: that a string is not found says nothing then. */
  public KernelFinding ofBeginning() {
    Map<String, Told> found = new HashMap<>(options);
    found
        .values()
        .removeIf(told -> told.value().equals("n") && told.how().startsWith(ToldStrings.NO));
    return new KernelFinding(version, banner, built, architecture, configured, found, marks);
  }
}

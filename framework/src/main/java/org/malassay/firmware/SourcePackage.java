package org.malassay.firmware;

import java.util.List;
import java.util.Map;
import org.malassay.firmware.Kernel.Told;

/**
 * What a vendor's source package has.
 *
 * @param components with their versions, by name: the kernel's tree is {@code linux}
 * @param configurations of kernels, those of a tree's own {@code .config} first
 * @param patches ordered by path
 * @param unlisted how many components and patches are beyond the bounds
 */
public record SourcePackage(
    List<Component> components,
    List<SourceConfiguration> configurations,
    List<Patch> patches,
    long unlisted) {
  public SourcePackage {
    components = List.copyOf(components);
    configurations = List.copyOf(configurations);
    patches = List.copyOf(patches);
  }

  /**
   * A kernel's configuration.
   *
   * @param path of its file
   * @param version that it says it is for, empty if it says none
   * @param options those that a rule asks for
   */
  public record SourceConfiguration(String path, String version, Map<String, Told> options) {
    public SourceConfiguration {
      options = Map.copyOf(options);
    }
  }

  /**
   * A patch that is applied when it is built.
   *
   * @param of the folder of what it is for, such as {@code dropbear}
   * @param subject its own, else its file's name: hostile text, made safe
   * @param mends the identifiers of vulnerabilities that it names, such as {@code CVE-2014-0160}
   */
  public record Patch(String path, String of, String subject, List<String> mends) {
    public Patch {
      mends = List.copyOf(mends);
    }
  }
}

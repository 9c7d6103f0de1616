package org.malassay.firmware.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.malassay.firmware.Component;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Kernel.Told;
import org.malassay.firmware.SourcePackage;
import org.malassay.firmware.SourcePackage.SourceConfiguration;

/**
 * A source package beside the binary firmware of the same product. Only what both sides can tell is
 * compared.
 *
 * @param versions components that both have, by name
 * @param options of the kernel, that both tell and that differ
 * @param onlyBinary names of components of the image that the sources lack
 */
public record SourceComparison(
    List<Version> versions, List<Option> options, Set<String> onlyBinary) {
  /** A component of both. */
  public record Version(String name, String source, String binary) {
    /** Whether both have the same one; a suffix that a vendor adds makes no other. */
    public boolean same() {
      return binary.equals(source)
          || binary.startsWith(source + "-")
          || binary.startsWith(source + "+");
    }
  }

  /** An option that differs. */
  public record Option(String name, Told source, Told binary) {}

  public SourceComparison {
    versions = List.copyOf(versions);
    options = List.copyOf(options);
    onlyBinary = Set.copyOf(onlyBinary);
  }

  /**
   * Compares.
   *
   * @param image of the same product
   */
  public static SourceComparison of(SourcePackage sources, ImageFacts image) {
    Map<String, Component> source = new TreeMap<>();
    sources.components().forEach(component -> source.putIfAbsent(component.name(), component));
    Map<String, Component> binary = new TreeMap<>();
    image.components().stream()
        .filter(component -> !component.version().isEmpty())
        .forEach(component -> binary.putIfAbsent(component.name(), component));
    List<Version> versions = new ArrayList<>();
    Set<String> onlyBinary = new TreeSet<>();
    binary.forEach(
        (name, component) -> {
          Component same = source.get(name);
          if (same != null) {
            versions.add(new Version(name, same.version(), component.version()));
          } else {
            onlyBinary.add(name);
          }
        });
    return new SourceComparison(versions, options(sources, image), onlyBinary);
  }

  private static List<Option> options(SourcePackage sources, ImageFacts image) {
    Optional<Kernel> kernel = image.kernels().stream().findFirst();
    Optional<SourceConfiguration> configuration = sources.configurations().stream().findFirst();
    if (kernel.isEmpty() || configuration.isEmpty()) {
      return List.of();
    }
    Map<String, Told> binary = kernel.get().options();
    List<Option> options = new ArrayList<>();
    new TreeMap<>(configuration.get().options())
        .forEach(
            (name, source) -> {
              Told told = binary.get(name);
              if (told != null && !told.value().equals(source.value())) {
                options.add(new Option(name, source, told));
              }
            });
    return options;
  }
}

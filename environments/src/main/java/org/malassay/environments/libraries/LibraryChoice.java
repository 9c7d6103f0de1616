package org.malassay.environments.libraries;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.malassay.elf.Architecture;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;
import org.malassay.options.Options;
import org.malassay.options.Values;

/**
 * Whether guests are given libraries, and from where, as the user chose. It is made before anything
 * that takes long: his options are checked and his folders read, and nothing else is.
 */
public final class LibraryChoice {
  /** In the order in which they are asked; none when nothing is supplied. */
  private final List<String> sources;

  private final Map<String, LibrarySource> folders;

  private LibraryChoice(List<String> sources, Map<String, LibrarySource> folders) {
    this.sources = List.copyOf(sources);
    this.folders = Map.copyOf(folders);
  }

  /**
   * What the user asked for; nothing unless he did.
   *
   * @throws EnvironmentException if a folder cannot be read
   */
  public static LibraryChoice of(Options options) throws EnvironmentException {
    if (!LibraryOptions.isSupplied(options)) {
      return new LibraryChoice(List.of(), Map.of());
    }
    List<String> sources = options.find(LibraryOptions.FROM).orElse(List.of(LibraryOptions.DEBIAN));
    Map<String, LibrarySource> folders = new HashMap<>();
    for (String source : sources) {
      if (!source.equals(LibraryOptions.DEBIAN)) {
        folders.put(source, FolderLibraries.read(Values.path(source)));
      }
    }
    return new LibraryChoice(sources, folders);
  }

  /**
   * Requires that each folder has something for an environment.
   *
   * @param architectures of the programs that the environment is made for
   * @throws EnvironmentException if one has nothing
   */
  public void require(Set<Architecture> architectures) throws EnvironmentException {
    for (String source : sources) {
      LibrarySource folder = folders.get(source);
      if (folder != null && !folder.hasAnyFor(architectures)) {
        throw new EnvironmentException(
            "-Dlibraries.from=%s: no shared object for %s is in it"
                .formatted(
                    source,
                    architectures.stream()
                        .map(Architecture::label)
                        .sorted()
                        .collect(Collectors.joining(" or "))));
      }
    }
  }

  /**
   * Gets what the user chose.
   *
   * @param architectures of the programs that the environment is made for
   * @param guests is called when libraries are to be supplied
   * @return empty when nothing is supplied
   * @throws EnvironmentException if a source has none, or cannot be had
   */
  public Optional<LibrarySupply> open(
      Set<Architecture> architectures, Timeouts timeouts, LibrarySupply.Guests guests)
      throws EnvironmentException, GuestException {
    if (sources.isEmpty()) {
      return Optional.empty();
    }
    require(architectures);
    List<LibrarySource> all = new ArrayList<>();
    for (String source : sources) {
      LibrarySource folder = folders.get(source);
      if (folder != null) {
        all.add(folder);
        continue;
      }
      for (DebianLibraries debian : DebianLibraries.of(architectures)) {
        all.add(debian.get(timeouts));
      }
    }
    return Optional.of(new LibrarySupply(all, guests.read()));
  }
}

package org.malassay.environments.libraries;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.malassay.elf.Architecture;

/**
 * A place that libraries come from. They are made for one another: what belongs to a C library is
 * never mixed with that of another source.
 *
 * @param words what it is, for the header of a run
 * @param libraries all of them, in the order in which they are preferred
 */
record LibrarySource(String words, List<Library> libraries) {
  LibrarySource {
    libraries = List.copyOf(libraries);
  }

  /** Those that a program means which asks for this name; those of the file name first. */
  List<Library> named(String name) {
    List<Library> known =
        libraries.stream().filter(library -> library.isKnownAs(name)).collect(Collectors.toList());
    known.sort((one, other) -> Boolean.compare(other.name().equals(name), one.name().equals(name)));
    return known;
  }

  boolean hasAnyFor(Set<Architecture> architectures) {
    return libraries.stream()
        .anyMatch(library -> architectures.contains(library.links().architecture()));
  }
}

package org.malassay.environments.libraries;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.malassay.elf.ElfLinks;

/**
 * Finds what a loader would look for and not find, by the rules of the loaders: recursively, by
 * names and by versions of symbols. A pure function of the program, of what guests have and of what
 * the sources have. What a program asks for is hostile: names are looked up in the sources and
 * never opened, files go into folders that loaders look into, and every loop is bounded.
 */
final class Resolver {
  private final GuestFiles guest;
  private final List<LibrarySource> sources;

  /**
   * @param sources in the order in which they are asked
   */
  Resolver(GuestFiles guest, List<LibrarySource> sources) {
    this.guest = guest;
    this.sources = List.copyOf(sources);
  }

  /** What this program needs; nothing for one that is not linked dynamically. */
  Resolution resolve(ElfLinks program) {
    if (program.interpreter().isEmpty()) {
      return Resolution.NOTHING;
    }
    String asked = program.interpreter().get();
    if (asked.startsWith("/") && guest.has(asked)) {
      boolean hasFolders =
          guest.hasFolder("/usr/lib/" + Loader.debiansFolder(asked, program))
              || guest.hasFolder("/lib/" + Loader.debiansFolder(asked, program));
      return resolve(
          program,
          Loader.of(
              asked,
              program,
              Optional.empty(),
              guest.links(asked).flatMap(ElfLinks::soname),
              hasFolders),
          Optional.empty());
    }
    Optional<String> path = Places.of(asked, guest);
    if (path.isEmpty()) {
      return lacking(asked, "it is no place that a loader can be put");
    }
    // A loader and its C library are of one source: of several, the first that has all there is.
    return sources.stream()
        .flatMap(source -> withLoaderOf(source, program, path.get()).stream())
        .min(Comparator.comparing(found -> found.lacking().size()))
        .orElseGet(() -> lacking(asked, "no source has it for this architecture and ABI"));
  }

  private Optional<Resolution> withLoaderOf(LibrarySource source, ElfLinks program, String path) {
    return source.named(Paths.name(path)).stream()
        .filter(library -> library.links().isLibraryFor(program))
        .findFirst()
        .map(
            library -> {
              boolean hasFolders =
                  source.libraries().stream()
                      .anyMatch(
                          other -> other.home().endsWith(Loader.debiansFolder(path, program)));
              Loader loader =
                  Loader.of(
                      path, program, Optional.of(library), library.links().soname(), hasFolders);
              return resolve(program, loader, Optional.of(source));
            });
  }

  /**
   * @param origin of the loader; empty when the guest has it
   */
  private Resolution resolve(ElfLinks program, Loader loader, Optional<LibrarySource> origin) {
    Needs needs = new Needs(program);
    Search search = new Search(guest, sources, program, loader, origin);
    Resolution found = search.all(needs);
    // Each round knows what the libraries of the round before need of one another.
    for (int round = 1; round < Needs.MOST_ROUNDS && needs.hasGrown(); round++) {
      found = search.all(needs.again());
    }
    return found;
  }

  private static Resolution lacking(String asked, String why) {
    return new Resolution(List.of(), List.of(Search.shown(asked) + ": " + why));
  }
}

package org.malassay.environments.libraries;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.malassay.elf.ElfLinks;
import org.malassay.environments.libraries.Resolution.Placed;
import org.malassay.sample.SafeText;

/** Goes through what a program needs as its loader does: breadth first, each name once. */
final class Search {
  /** Names that are looked up, of one program. */
  private static final int MOST_NAMES = 256;

  private static final long MOST_BYTES = 64L << 20;
  private static final int MOST_LACKING = 20;
  private static final int MOST_SHOWN = 100;

  private final GuestFiles guest;
  private final List<LibrarySource> sources;
  private final ElfLinks program;
  private final Loader loader;
  private final Optional<ElfLinks> ofLoader;
  private final Optional<LibrarySource> origin;

  /**
   * @param origin of the loader, which its C library is of, too; empty when the guest has the
   *     loader
   */
  Search(
      GuestFiles guest,
      List<LibrarySource> sources,
      ElfLinks program,
      Loader loader,
      Optional<LibrarySource> origin) {
    this.guest = guest;
    this.sources = sources;
    this.program = program;
    this.loader = loader;
    this.ofLoader = loader.supplied().map(Library::links).or(() -> guest.links(loader.path()));
    this.origin = origin;
  }

  /** A name, and who needs it. */
  private record Need(String name, ElfLinks by) {}

  /** One way through, with the versions that are known to be needed. */
  private final class Way {
    private final Needs needs;
    private final Deque<Need> left = new ArrayDeque<>();
    private final Set<String> names = new HashSet<>();
    private final List<Placed> placed = new ArrayList<>();

    /** What is put, by the place where it comes to lie: two names may lead to one. */
    private final Map<String, ElfLinks> places = new HashMap<>();

    private final Set<String> lacking = new LinkedHashSet<>();
    private long bytes;

    Way(Needs needs) {
      this.needs = needs;
    }

    Resolution go() {
      loader.supplied().ifPresent(file -> put(new Placed(loader.path(), file)));
      load(program);
      while (!left.isEmpty()) {
        look(left.remove());
      }
      return new Resolution(placed, bounded(lacking));
    }

    private void load(ElfLinks file) {
      needs.add(file);
      for (String name : file.needed()) {
        if (names.size() < MOST_NAMES && !loader.is(name) && names.add(name)) {
          left.add(new Need(name, file));
        }
      }
    }

    private void put(Placed file) {
      bytes += file.library().size();
      placed.add(file);
      guest.place(file.path()).ifPresent(place -> places.put(place, file.library().links()));
      if (!file.path().equals(loader.path())) {
        load(file.library().links());
      }
    }

    private void look(Need need) {
      Optional<ElfLinks> ofGuest = inGuest(need);
      Optional<ElfLinks> there = ofGuest.or(() -> find(need, this::placedAt));
      if (there.isPresent()) {
        Set<String> wanted = needs.of(need.name());
        if (!there.get().satisfies(wanted)) {
          String which =
              ofGuest.isPresent()
                  ? "the guest's own, which stays,"
                  : "what another name has put there";
          lacks(need, "%s lacks %s".formatted(which, missing(there.get(), wanted)));
        }
        load(there.get());
        return;
      }
      boolean isPath = need.name().contains("/");
      String name = Paths.name(need.name());
      if (!Places.isName(name) || (isPath && !need.name().startsWith("/"))) {
        lacks(need, "no library has such a name");
        return;
      }
      Optional<Library> best = best(need, name);
      if (best.isEmpty()) {
        return;
      }
      Stream<String> paths =
          isPath ? Places.of(need.name(), guest).stream() : paths(best.get().home(), name);
      Optional<String> place = paths.filter(this::isFree).findFirst();
      if (place.isEmpty()) {
        lacks(need, "there is no place for it where the loader looks");
      } else if (bytes + best.get().size() > MOST_BYTES) {
        lacks(need, "all of them are more than %d MiB".formatted(MOST_BYTES >> 20));
      } else {
        put(new Placed(place.get(), best.get()));
      }
    }

    private Optional<ElfLinks> placedAt(String path) {
      return guest.place(path).map(places::get);
    }

    /** Whether a file can be put there, beside what the guest has and what is put. */
    private boolean isFree(String path) {
      return guest
          .place(path)
          .filter(
              place ->
                  places.keySet().stream()
                      .noneMatch(
                          other -> Paths.isWithin(place, other) || Paths.isWithin(other, place)))
          .isPresent();
    }

    /** The first that fits; where none does, the reason of the last one is what is lacking. */
    private Optional<Library> best(Need need, String name) {
      Set<String> wanted = needs.of(need.name());
      String why = "no source has it";
      for (LibrarySource source : sourcesOf(name)) {
        Optional<Library> unversioned = Optional.empty();
        for (Library library : source.named(name)) {
          if (!fits(library.links())) {
            why = "%s is for another architecture or ABI".formatted(library.from());
          } else if (!loader.takes(library)) {
            why = "%s is for another C library".formatted(library.from());
          } else if (!library.links().satisfies(wanted)) {
            why = "%s lacks %s".formatted(library.from(), missing(library.links(), wanted));
          } else if (!isSatisfiedByGuest(library)) {
            why = "%s needs newer libraries than the guest has".formatted(library.from());
          } else if (library.links().versionsDefined().containsAll(wanted)) {
            return Optional.of(library);
          } else if (unversioned.isEmpty()) {
            unversioned = Optional.of(library);
          }
        }
        if (unversioned.isPresent()) {
          return unversioned;
        }
      }
      lacks(need, why);
      return Optional.empty();
    }

    private void lacks(Need need, String why) {
      lacking.add(shown(need.name()) + ": " + why);
    }
  }

  /** All that is needed. */
  Resolution all(Needs needs) {
    return new Way(needs).go();
  }

  private List<LibrarySource> sourcesOf(String name) {
    return origin.isPresent() && Loader.isOfTheCLibrary(name) ? List.of(origin.get()) : sources;
  }

  private Optional<ElfLinks> inGuest(Need need) {
    return find(need, guest::links);
  }

  /**
   * What the loader finds, in the order in which it looks.
   *
   * @param at what is at a path
   */
  private Optional<ElfLinks> find(Need need, Function<String, Optional<ElfLinks>> at) {
    String name = need.name();
    Stream<String> paths =
        name.contains("/")
            ? Stream.of(name).filter(it -> it.startsWith("/")) // else from where a sample lies
            : folders(need.by()).map(folder -> folder + "/" + name);
    return paths.flatMap(path -> at.apply(path).stream()).filter(this::fits).findFirst();
  }

  /**
   * Whether the loader takes a file. A program need not state its float ABI; that of the loader is
   * what it goes by (glibc {@code sysdeps/arm/dl-machine.h}, {@code elf_machine_matches_host}).
   */
  private boolean fits(ElfLinks library) {
    return library.isLibraryFor(program) && ofLoader.map(library::isLibraryFor).orElse(true);
  }

  /** Those that the file names, and the loader's own; a sample lies alone in its own folder. */
  private Stream<String> folders(ElfLinks by) {
    Stream<String> named =
        by.runpath().isEmpty()
            ? Stream.concat(by.rpath().stream(), program.rpath().stream())
            : by.runpath().stream();
    return Stream.concat(
        named.filter(folder -> folder.startsWith("/") && !folder.contains("$")),
        loader.folders().stream());
  }

  /** Whether what the guest has is new enough for a library that would be put beside it. */
  private boolean isSatisfiedByGuest(Library library) {
    return library.links().versionsNeeded().entrySet().stream()
        .allMatch(
            needed ->
                inGuest(new Need(needed.getKey(), library.links()))
                    .map(there -> there.satisfies(needed.getValue()))
                    .orElse(true));
  }

  /** Where its source has it, if the loader looks there, then where the loader looks first. */
  private Stream<String> paths(String home, String name) {
    return Stream.concat(
            Stream.of(home, "/usr" + home).filter(loader.folders()::contains),
            loader.folders().stream())
        .map(folder -> folder + "/" + name);
  }

  private static String missing(ElfLinks library, Set<String> wanted) {
    return wanted.stream()
        .filter(version -> !library.versionsDefined().contains(version))
        .sorted()
        .findFirst()
        .map(Search::shown)
        .orElse("a version");
  }

  static String shown(String hostile) {
    return SafeText.oneLine(SafeText.printable(hostile), MOST_SHOWN);
  }

  private static List<String> bounded(Set<String> lacking) {
    List<String> most = new ArrayList<>(lacking.stream().limit(MOST_LACKING).toList());
    if (lacking.size() > MOST_LACKING) {
      most.add("and %d more".formatted(lacking.size() - MOST_LACKING));
    }
    return most;
  }
}

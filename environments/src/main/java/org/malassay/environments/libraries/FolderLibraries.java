package org.malassay.environments.libraries;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.malassay.elf.ElfLinks;
import org.malassay.environment.EnvironmentException;

/**
 * The shared objects of a folder of the user's, such as a vendor's {@code /lib} or the root of a
 * firmware. Links are followed by the name that they end in, within the folder alone: those of a
 * firmware are absolute, and one that leads elsewhere must not bring a file of this machine into a
 * guest.
 */
final class FolderLibraries extends SimpleFileVisitor<Path> {
  /** Where loaders of every C library look. */
  private static final String HOME = "/lib";

  private static final int DEPTH = 8;
  private static final int MOST_FILES = 100_000;
  private static final int MOST_LINKS = 8;

  /** What lies deeper comes later; a file system lists files in an order of its own. */
  private static final Comparator<Path> ORDER =
      Comparator.comparingInt(Path::getNameCount).thenComparing(Path::toString);

  private final Path folder;
  private final Map<Path, BasicFileAttributes> files = new TreeMap<>(ORDER);
  private final List<Library> found = new ArrayList<>();

  /** By the name of the link, the name that it ends in; the first of a name counts. */
  private final Map<String, String> links = new LinkedHashMap<>();

  private FolderLibraries(Path folder) {
    this.folder = folder;
  }

  static LibrarySource read(Path folder) throws EnvironmentException {
    if (!Files.isDirectory(folder)) {
      throw new EnvironmentException(
          "-Dlibraries.from=%s: there is no such folder".formatted(folder));
    }
    FolderLibraries reading = new FolderLibraries(folder);
    try {
      if (Files.isSymbolicLink(folder)) { // which is not followed, like any other
        throw new EnvironmentException(
            "-Dlibraries.from=%s: it is a link to %s: give that folder itself"
                .formatted(folder, folder.toRealPath()));
      }
      Files.walkFileTree(folder, EnumSet.noneOf(FileVisitOption.class), DEPTH, reading);
      for (Map.Entry<Path, BasicFileAttributes> file : reading.files.entrySet()) {
        reading.take(file.getKey(), file.getValue());
      }
    } catch (IOException e) {
      throw new EnvironmentException(
          "-Dlibraries.from=%s cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
    reading.addLinks();
    return new LibrarySource(
        "%s (shared objects: %d)".formatted(folder, reading.found.size()), reading.found);
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (files.size() == MOST_FILES) {
      throw new IOException("it has more than %d files".formatted(MOST_FILES));
    }
    files.put(file, attributes);
    return FileVisitResult.CONTINUE;
  }

  private void take(Path file, BasicFileAttributes attributes) throws IOException {
    String name = String.valueOf(file.getFileName());
    if (attributes.isSymbolicLink()) {
      links.putIfAbsent(name, Paths.name(Files.readSymbolicLink(file).toString()));
    } else if (attributes.isRegularFile() && SharedObjects.isOne(name, attributes.size())) {
      ElfLinks.of(contents(file))
          .ifPresent(
              elf ->
                  found.add(
                      new Library(
                          name,
                          HOME,
                          elf,
                          folder.relativize(file) + " of " + folder.getFileName(),
                          attributes.size(),
                          () -> contents(file))));
    }
  }

  /** What cannot be read, in a folder of many, is none that can be given. */
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
    if (file.equals(folder)) {
      throw failure;
    }
    return FileVisitResult.CONTINUE;
  }

  private static byte[] contents(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes((int) SharedObjects.MOST_BYTES);
    }
  }

  private void addLinks() {
    Map<String, Library> byName = new HashMap<>();
    found.forEach(library -> byName.putIfAbsent(library.name(), library));
    links.forEach(
        (name, target) -> {
          if (!byName.containsKey(name)) {
            end(target, byName).ifPresent(library -> found.add(library.named(name, HOME)));
          }
        });
  }

  private Optional<Library> end(String first, Map<String, Library> byName) {
    String name = first;
    for (int i = 0; i < MOST_LINKS; i++) {
      Library library = byName.get(name);
      if (library != null) {
        return Optional.of(library);
      }
      String next = links.get(name);
      if (next == null) {
        break;
      }
      name = next;
    }
    return Optional.empty();
  }
}

package org.malassay.environments.libraries;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.malassay.elf.ElfLinks;

/**
 * What every guest of an environment has in the folders that loaders look into, before any sample:
 * they are all made of one image. Read from archives; names in them are no more than text here.
 */
public final class GuestFiles {
  /** The folders, from the root; one that a guest does not have is left out. */
  public static final List<String> FOLDERS =
      List.of(
          "lib",
          "lib32",
          "lib64",
          "usr/lib",
          "usr/lib32",
          "usr/lib64",
          "usr/local/lib",
          "system/bin",
          "system/lib",
          "system/lib64",
          "vendor/lib");

  private static final int MOST_FILES = 500_000;
  private static final int MOST_LINKS = 40; // like Linux, fs/namei.c

  private final Map<String, Optional<ElfLinks>> files = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();
  private final Set<String> folders = new HashSet<>();

  /**
   * Takes in what an archive has.
   *
   * @param parent the folder that its names begin in, such as {@code /usr}; empty for the root
   * @throws IOException if it is no archive, or has too much in it
   */
  public void add(String parent, InputStream archive) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(archive);
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Optional<String> path = Paths.normal(parent + "/" + entry.getName());
      if (path.isEmpty()) {
        continue; // the root, or what leads out of it
      }
      if (files.size() + links.size() + folders.size() > MOST_FILES) {
        throw new IOException("the guest has more than %d libraries".formatted(MOST_FILES));
      }
      add(path.get(), parent, entry, tar);
    }
  }

  private void add(String path, String parent, TarArchiveEntry entry, InputStream contents)
      throws IOException {
    if (entry.isDirectory()) {
      folders.add(path);
    } else if (entry.isSymbolicLink()) {
      links.put(path, entry.getLinkName());
    } else if (entry.isLink()) {
      files.put(
          path,
          Paths.normal(parent + "/" + entry.getLinkName())
              .flatMap(other -> files.getOrDefault(other, Optional.empty())));
    } else {
      files.put(path, SharedObjects.read(path, entry.getSize(), contents));
    }
  }

  /** Whether a path leads to a file. */
  boolean has(String path) {
    return real(path).filter(files::containsKey).isPresent();
  }

  /** What a loader goes by in the file that a path leads to; empty when it is no ELF file. */
  Optional<ElfLinks> links(String path) {
    return real(path).flatMap(file -> files.getOrDefault(file, Optional.empty()));
  }

  /** Whether a path leads to a folder. */
  boolean hasFolder(String path) {
    return real(path).filter(folders::contains).isPresent();
  }

  /** Whether nothing is at a path, and a file can be put there. */
  boolean isFree(String path) {
    return place(path).isPresent();
  }

  /**
   * Where a file that is put at a path comes to lie, which is one place for all paths that lead
   * there; empty when something is there, be it a link that leads nowhere, or no file can be.
   */
  Optional<String> place(String path) {
    return real(Paths.parent(path))
        .map(parent -> parent + "/" + Paths.name(path))
        .filter(
            it ->
                !files.containsKey(it)
                    && !links.containsKey(it)
                    && !folders.contains(it)
                    && !files.containsKey(Paths.parent(it)));
  }

  /**
   * The path that is left when every link on the way is followed; empty when they go in circles.
   */
  private Optional<String> real(String path) {
    Deque<String> left = new ArrayDeque<>(List.of(path.split("/", -1)));
    StringBuilder real = new StringBuilder();
    int followed = 0;
    while (!left.isEmpty()) {
      String name = left.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        real.setLength(Math.max(0, real.lastIndexOf("/")));
        continue;
      }
      String target = links.get(real + "/" + name);
      if (target == null) {
        real.append('/').append(name);
        continue;
      }
      if (++followed > MOST_LINKS) {
        return Optional.empty();
      }
      if (target.startsWith("/")) {
        real.setLength(0);
      }
      List<String> names = List.of(target.split("/", -1));
      for (int i = names.size() - 1; i >= 0; i--) {
        left.push(names.get(i));
      }
    }
    return Optional.of(real.toString());
  }
}

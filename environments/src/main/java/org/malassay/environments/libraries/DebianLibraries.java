package org.malassay.environments.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfLinks;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.GaveUpException;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.host.Workshop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Libraries of Debian's packages for one of its architectures: the C libraries glibc and musl, and
 * what programs for devices are mostly linked with. Fetched once, and kept.
 *
 * @param architecture as Debian names it
 * @param suite the release; armel has all of its packages in Debian 12 only
 * @param packages whose shared objects are taken
 */
record DebianLibraries(String architecture, String suite, List<String> packages) {
  private static final Logger LOG = LoggerFactory.getLogger(DebianLibraries.class);

  private static final List<String> EVERYWHERE =
      List.of("libc6", "libgcc-s1", "libstdc++6", "libatomic1", "libcrypt1", "zlib1g", "musl");

  private static final DebianLibraries ARMEL = of("armel", "bookworm", "libssl3");
  private static final DebianLibraries ARMHF = of("armhf", "trixie", "libssl3t64", "libzstd1");
  private static final DebianLibraries ARM64 = of("arm64", "trixie", "libssl3t64", "libzstd1");

  private static final Recipe RECIPE =
      Recipe.ofResources(
          "/org/malassay/environments/libraries/fetch.sh",
          "/org/malassay/environments/debian/debian.sh");
  private static final String ARCHIVE = "libraries.tar";
  private static final String PACKAGES = "packages";
  private static final int SHORT = 12;
  private static final long BYTES = 64L << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static DebianLibraries of(String architecture, String suite, String... more) {
    List<String> packages = new ArrayList<>(EVERYWHERE);
    packages.addAll(List.of(more));
    return new DebianLibraries(architecture, suite, List.copyOf(packages));
  }

  /** Those for programs of these architectures. */
  static List<DebianLibraries> of(Set<Architecture> architectures) {
    List<DebianLibraries> all = new ArrayList<>();
    if (architectures.contains(Architecture.ARM)) {
      all.add(ARMHF);
      all.add(ARMEL);
    }
    if (architectures.contains(Architecture.AARCH64)) {
      all.add(ARM64);
    }
    return all;
  }

  /** Reads them, and fetches them first where they were never fetched. */
  LibrarySource get(Timeouts timeouts) throws EnvironmentException {
    try {
      Path folder =
          Cache.in(Optional.empty(), "libraries")
              .get(entry(), List.of(ARCHIVE, PACKAGES), BYTES, out -> fetch(out, timeouts))
              .folder();
      return read(folder);
    } catch (GaveUpException e) {
      throw new EnvironmentException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new EnvironmentException(
          "Debian's libraries for %s cannot be had; try -Dsetup, or give folders of yours alone by -Dlibraries.from=DIR: %s"
              .formatted(architecture, e.getMessage()),
          e);
    }
  }

  private String entry() {
    String digest =
        RECIPE
            .and(Recipe.ofFiles(Map.of(PACKAGES, String.join(" ", packages).getBytes(UTF_8))))
            .digest();
    return "debian-%s-%s-%s".formatted(architecture, suite, digest.substring(0, SHORT));
  }

  private void fetch(Path out, Timeouts timeouts) throws IOException {
    for (String tool : List.of("apt-get", "dpkg-deb")) {
      if (!Tools.isInstalled(tool)) {
        throw new IOException("there is no %s here".formatted(tool));
      }
    }
    LOG.info(
        "fetching libraries of Debian {} for {} (once): {}",
        suite,
        architecture,
        String.join(" ", packages));
    try (Workshop workshop = Workshop.of(RECIPE)) {
      List<String> command =
          new ArrayList<>(List.of("sh", "fetch.sh", out.toAbsolutePath().toString()));
      command.addAll(List.of(architecture, suite));
      command.addAll(packages);
      Tools.run(command, workshop.folder(), timeouts, PATIENCE, LOG::debug);
    }
  }

  /** What was fetched, from a folder of the cache, whose contents have been compared. */
  LibrarySource read(Path folder) throws IOException {
    Map<String, String> owners = new LinkedHashMap<>();
    for (String line : Files.readAllLines(folder.resolve(PACKAGES), UTF_8)) {
      String[] words = line.split("\t", 2);
      owners.put(words[0], words[1]);
    }
    Map<String, Library> files = new LinkedHashMap<>();
    Map<String, String> links = new LinkedHashMap<>();
    try (InputStream in = Files.newInputStream(folder.resolve(ARCHIVE));
        TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String path = Paths.normal("/" + entry.getName()).orElse("");
        if (entry.isSymbolicLink()) {
          links.put(path, entry.getLinkName());
        } else if (!entry.isDirectory() && SharedObjects.isOne(Paths.name(path), entry.getSize())) {
          byte[] bytes = tar.readNBytes((int) entry.getSize());
          ElfLinks.of(bytes)
              .ifPresent(
                  elf ->
                      files.put(path, library(path, elf, owners.getOrDefault(path, suite), bytes)));
        }
      }
    }
    List<Library> all = new ArrayList<>(files.values());
    links.forEach(
        (link, target) ->
            Paths.normal(target.startsWith("/") ? target : Paths.parent(link) + "/" + target)
                .map(files::get)
                .ifPresent(file -> all.add(file.named(Paths.name(link), Paths.parent(link)))));
    return new LibrarySource(
        "Debian %s: %s".formatted(suite, String.join(", ", new LinkedHashSet<>(owners.values()))),
        all);
  }

  private static Library library(String path, ElfLinks elf, String from, byte[] bytes) {
    return new Library(Paths.name(path), Paths.parent(path), elf, from, bytes.length, () -> bytes);
  }
}

package org.malassay.elf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.malassay.elf.ElfFacts.FloatAbi;
import org.malassay.elf.ElfFacts.ObjectType;

/**
 * What a dynamic linker goes by when it loads an ELF file, read from its program headers and {@code
 * PT_DYNAMIC}, without executing anything. All text is hostile; all of it is bounded.
 *
 * @param architecture the instruction set
 * @param type what kind of object the file is
 * @param floatAbi how floating point arguments travel, as far as the file says
 * @param interpreter the program interpreter of {@code PT_INTERP}
 * @param soname the name that a library gives itself
 * @param needed the {@code DT_NEEDED} libraries in file order, the first 256 of them
 * @param rpath the folders of {@code DT_RPATH}, 64 at most; none when there is a {@code DT_RUNPATH}
 * @param runpath the folders of {@code DT_RUNPATH}, 64 at most
 * @param versionsNeeded by the name of a library, the versions of symbols that it must define; weak
 *     ones, which it need not, are left out
 * @param versionsDefined the versions of symbols that the file defines
 */
public record ElfLinks(
    Architecture architecture,
    ObjectType type,
    FloatAbi floatAbi,
    Optional<String> interpreter,
    Optional<String> soname,
    List<String> needed,
    List<String> rpath,
    List<String> runpath,
    Map<String, Set<String>> versionsNeeded,
    Set<String> versionsDefined) {

  public ElfLinks {
    needed = List.copyOf(needed);
    rpath = runpath.isEmpty() ? List.copyOf(rpath) : List.of();
    runpath = List.copyOf(runpath);
    versionsNeeded = Map.copyOf(versionsNeeded);
    versionsDefined = Set.copyOf(versionsDefined);
  }

  /**
   * Reads those of a file.
   *
   * @return empty when it is no ELF file
   * @throws IOException if it cannot be read; never for its content
   */
  public static Optional<ElfLinks> of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return of(Bytes.of(channel));
    }
  }

  /** Reads those of a file that is in memory; empty when it is no ELF file. */
  public static Optional<ElfLinks> of(byte[] file) {
    try {
      return of(Bytes.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  private static Optional<ElfLinks> of(Bytes file) throws IOException {
    return ElfReader.hasMagic(file) ? Optional.of(ElfReader.links(file)) : Optional.empty();
  }

  /**
   * Whether a linker takes this file for a library of which these versions are needed: it defines
   * all of them, or it has no versions at all, which is no more than a warning (glibc {@code
   * elf/dl-version.c}, {@code match_symbol}).
   */
  public boolean satisfies(Set<String> versions) {
    return versionsDefined.isEmpty() || versionsDefined.containsAll(versions);
  }

  /**
   * Whether a linker takes this file as a library of a program: a shared object for the same
   * instruction set, whose float ABI is not known to be the other one (glibc {@code
   * sysdeps/arm/dl-machine.h} has the same rule).
   */
  public boolean isLibraryFor(ElfLinks program) {
    boolean unstated = floatAbi == FloatAbi.UNSTATED || program.floatAbi == FloatAbi.UNSTATED;
    return type == ObjectType.SHARED_OBJECT
        && architecture == program.architecture
        && (unstated || floatAbi == program.floatAbi);
  }
}

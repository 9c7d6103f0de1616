package org.malassay.environments.libraries;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfLinks;

/**
 * The program that loads another one and its libraries: which C library it belongs to, and where it
 * looks.
 *
 * @param path of the program's {@code PT_INTERP}
 * @param family of C libraries
 * @param folders that it looks into when nothing else is said, in their order
 * @param supplied the file that is put there; empty when the guest has one
 * @param soname the name that it gives itself
 */
record Loader(
    String path,
    Family family,
    List<String> folders,
    Optional<Library> supplied,
    Optional<String> soname) {

  /** What a C library is compatible with: nothing but its own kind. */
  enum Family {
    GLIBC,
    MUSL,
    UCLIBC,
    BIONIC;

    /** By the name of a loader; what is not known is taken for glibc, whose folders are usual. */
    static Family ofLoader(String name) {
      return name.startsWith("ld-musl-")
          ? MUSL
          : name.startsWith("ld-uClibc") ? UCLIBC : name.startsWith("linker") ? BIONIC : GLIBC;
    }

    /** By what a library needs; empty when it needs no C library, and goes with each. */
    static Optional<Family> ofNeeds(List<String> needed) {
      return needed.stream()
          .flatMap(
              name ->
                  switch (name) {
                    case "libc.so.6" -> Stream.of(GLIBC);
                    case "libc.so.0", "libc.so.1" -> Stream.of(UCLIBC);
                    default ->
                        name.startsWith("libc.musl-")
                            ? Stream.of(MUSL)
                            : name.startsWith("ld-") ? Stream.of(ofLoader(name)) : Stream.empty();
                  })
          .findFirst();
    }
  }

  /** musl's ldso/dynlink.c, load_library: it is all of these itself. */
  private static final Pattern WITHIN_MUSL =
      Pattern.compile("lib(?:c|pthread|rt|m|dl|util|xnet)\\..*");

  /** What is made with the loader, and works with no other one: the C library. */
  private static final Pattern OF_THE_C_LIBRARY =
      Pattern.compile(
          "lib(?:c|m|pthread|dl|rt|resolv|util|nsl|anl|BrokenLocale|thread_db|nss_[a-z]+)"
              + "(?:-[0-9.]+)?\\.so(?:\\.[0-9]+)*");

  /**
   * The loader of a program.
   *
   * @param path its {@code PT_INTERP}
   * @param supplied the file that is put there; empty when the guest has one
   * @param soname the name that it gives itself
   * @param hasFolders whether the guest, or whoever supplies the loader, has libraries in Debian's
   *     folders of an architecture, into which Debian's loaders look first
   */
  static Loader of(
      String path,
      ElfLinks program,
      Optional<Library> supplied,
      Optional<String> soname,
      boolean hasFolders) {
    Family family = Family.ofLoader(Paths.name(path));
    List<String> folders = new ArrayList<>();
    switch (family) {
      case GLIBC -> {
        String ofArchitecture = debiansFolder(path, program);
        if (hasFolders) {
          folders.add("/lib/" + ofArchitecture);
          folders.add("/usr/lib/" + ofArchitecture);
        }
        folders.addAll(List.of("/lib", "/usr/lib"));
        if (supplied.isEmpty()) { // whose cache names them, ld.so.conf.d/libc.conf
          folders.addAll(List.of("/usr/local/lib/" + ofArchitecture, "/usr/local/lib"));
        }
      }
      case MUSL -> folders.addAll(List.of("/lib", "/usr/local/lib", "/usr/lib"));
      case UCLIBC -> folders.addAll(List.of("/lib", "/usr/lib"));
      case BIONIC -> {
        String lib = program.architecture() == Architecture.AARCH64 ? "lib64" : "lib";
        folders.addAll(List.of("/vendor/" + lib, "/system/" + lib));
      }
    }
    return new Loader(path, family, List.copyOf(folders), supplied, soname);
  }

  /** Debian's name of what a program is made for, a folder of libraries. */
  static String debiansFolder(String loader, ElfLinks program) {
    if (program.architecture() == Architecture.AARCH64) {
      return "aarch64-linux-gnu";
    }
    return Paths.name(loader).contains("armhf") ? "arm-linux-gnueabihf" : "arm-linux-gnueabi";
  }

  /** Whether a needed name is the loader itself, which is there before anything is looked for. */
  boolean is(String name) {
    return name.equals(Paths.name(path))
        || soname.filter(name::equals).isPresent()
        || (family == Family.MUSL && WITHIN_MUSL.matcher(name).matches());
  }

  /** Whether a library goes with this loader. */
  boolean takes(Library library) {
    List<String> needed = library.links().needed();
    if (needed.contains("libc.so")) { // both call it so
      return family == Family.MUSL || family == Family.BIONIC;
    }
    return Family.ofNeeds(needed).map(family::equals).orElse(true);
  }

  /** Whether a name belongs to the C library, which must be of the loader's own source. */
  static boolean isOfTheCLibrary(String name) {
    return OF_THE_C_LIBRARY.matcher(name).matches();
  }
}

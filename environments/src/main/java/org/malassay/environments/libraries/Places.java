package org.malassay.environments.libraries;

import java.util.Optional;
import java.util.regex.Pattern;

/** Where files may be put into a guest, whatever a sample asks for. */
final class Places {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,254}");

  /** The folders of loaders and libraries in the layouts of Linux and Android, and one below. */
  private static final Pattern FOLDER =
      Pattern.compile(
          "/(?:(?:usr/|usr/local/|system/|vendor/)?lib(?:32|64)?(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,63})?"
              + "|system/bin)");

  private Places() {}

  /** Whether a needed library has a name that a file can have. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * The place for a file whose path a sample names.
   *
   * @return empty where that is none: in another folder than a loader's, or where something is
   */
  static Optional<String> of(String asked, GuestFiles guest) {
    return asked.startsWith("/")
        ? Paths.normal(asked)
            .filter(path -> isName(Paths.name(path)))
            .filter(path -> FOLDER.matcher(Paths.parent(path)).matches())
            .filter(path -> isOrCanBeMade(Paths.parent(path), guest))
            .filter(guest::isFree)
        : Optional.empty();
  }

  /** A folder of a sample's own making could be the name of a file. */
  private static boolean isOrCanBeMade(String folder, GuestFiles guest) {
    return guest.hasFolder(folder)
        || GuestFiles.FOLDERS.contains(folder.substring(1))
        || Paths.name(folder).matches("(?:arm|aarch64)-linux-[a-z]{1,20}");
  }
}

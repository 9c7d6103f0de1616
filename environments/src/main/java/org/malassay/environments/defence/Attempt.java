package org.malassay.environments.defence;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What {@code check.c} tries, in its order. */
public enum Attempt {
  /** Reads a file. */
  READ,
  /** Makes a file and writes to it. */
  WRITE,
  /** Makes a folder that can be searched. */
  FOLDER,
  /** Executes a program of the system. */
  RUN,
  /** Executes a program that lies where samples do. */
  RUN_BROUGHT,
  /** Opens an executable for writing. */
  WRITE_EXECUTABLE,
  /** Truncates one by its name. */
  TRUNCATE_EXECUTABLE,
  /** Starts {@code /bin/sh}. */
  SHELL,
  /** Starts busybox's. */
  BUSYBOX_SHELL,
  /** Gives a file execute permission. */
  PERMISSION,
  /** Makes a file that has it. */
  CREATE_EXECUTABLE,
  /** Maps a file as code that it has written, as the dynamic linker does. */
  MAP_WRITTEN,
  /** Writes to a file that has no name. */
  MEMORY_FILE,
  /** Writes a unit of systemd. */
  UNIT,
  /** Opens the file that says what the kernel runs when a program crashes. */
  CORE_PATTERN,
  /** Makes a file among those of the system. */
  WRITE_SYSTEM,
  /** Gives a file to somebody else, for which a capability is needed. */
  CAPABILITY,
  /** Could gain privileges by executing something. */
  NEW_PRIVILEGES;

  /** As {@code check.c} names it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Attempt> of(String word) {
    return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
  }
}

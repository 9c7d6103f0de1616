package org.malassay.environments.libraries;

import java.io.IOException;
import org.malassay.elf.ElfLinks;

/**
 * A shared object that a guest can be given, a program's interpreter included.
 *
 * @param name of the file, by which loaders look for it
 * @param home the folder of a guest that its source has it in
 * @param links what a loader goes by
 * @param from where it comes from, for a reader
 * @param size in bytes
 * @param contents opens it
 */
record Library(
    String name, String home, ElfLinks links, String from, long size, Contents contents) {

  /** The bytes of a file. */
  interface Contents {
    byte[] read() throws IOException;
  }

  /** The same file by another name, as a symbolic link gives it. */
  Library named(String other, String otherHome) {
    return new Library(other, otherHome, links, from, size, contents);
  }

  /** Whether a program that asks for this name means this one. */
  boolean isKnownAs(String asked) {
    return name.equals(asked) || links.soname().filter(asked::equals).isPresent();
  }
}

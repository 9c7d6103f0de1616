package org.malassay.sample;

import java.util.Optional;

/**
 * What kind of file a sample is, read without executing anything.
 *
 * @param type the kind of file
 * @param elf what the ELF headers say; present exactly when the type is {@link FileType#ELF}
 * @param interpreter the interpreter of a script's first line; present exactly when the type is
 *     {@link FileType#SCRIPT}
 */
public record FileFacts(FileType type, Optional<ElfFacts> elf, Optional<String> interpreter) {

  /** The kinds of file that make a difference to whether a sample can run. */
  public enum FileType {
    ELF,
    /** Starts with {@code #!}. */
    SCRIPT,
    TEXT,
    EMPTY,
    DATA
  }

  /** A file that is neither an ELF file nor a script. */
  public static FileFacts of(FileType type) {
    return new FileFacts(type, Optional.empty(), Optional.empty());
  }

  public static FileFacts elf(ElfFacts elf) {
    return new FileFacts(FileType.ELF, Optional.of(elf), Optional.empty());
  }

  public static FileFacts script(String interpreter) {
    return new FileFacts(FileType.SCRIPT, Optional.empty(), Optional.of(interpreter));
  }
}

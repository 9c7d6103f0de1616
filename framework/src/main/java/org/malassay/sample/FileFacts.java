package org.malassay.sample;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts;

/**
 * What kind of file a sample is, read without executing anything.
 *
 * @param type the kind of file
 * @param elf what the ELF headers say; present exactly when the type is {@link FileType#ELF}
 * @param interpreter the interpreter of a script's first line, without its argument, as the kernel
 *     reads it; empty text when the line names none; present when the type is {@link
 *     FileType#SCRIPT}, and for a text that a shell is to run. Hostile text.
 */
public record FileFacts(FileType type, Optional<ElfFacts> elf, Optional<String> interpreter) {

  /** The kinds of file that make a difference to whether a sample can run. */
  public enum FileType {
    ELF,
    /** Starts with {@code #!}. */
    SCRIPT,
    /**
     * The first 8,000 bytes are well-formed UTF-8 without NUL and other control characters that
     * text does not use.
     */
    TEXT,
    EMPTY,
    DATA
  }

  private static final String SHELL = "/bin/sh";

  /**
   * The same facts in a place where a shell starts files: a shell itself runs a text that the
   * kernel does not know ({@code ENOEXEC}).
   */
  public FileFacts withShell() {
    return type == FileType.TEXT ? new FileFacts(type, elf, Optional.of(SHELL)) : this;
  }

  /** True for a text without {@code #!} that a shell is to run. */
  public boolean isForShell() {
    return type == FileType.TEXT && interpreter.isPresent();
  }

  /** True for what was typed at a prompt, which a guest types again: {@link LoginSession}. */
  public boolean isLoginSession() {
    return type == FileType.SCRIPT && interpreter.equals(Optional.of(LoginSession.INTERPRETER));
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

  /**
   * The column {@code file_type}, in the words of file(1): {@code ELF 32-bit LSB executable},
   * {@code script (/bin/sh)}, {@code text}, {@code empty}, {@code data}. Safe to print.
   */
  public String fileType() {
    return elf.map(FileFacts::elfType)
        .or(
            () ->
                interpreter
                    .filter(path -> type == FileType.SCRIPT)
                    .map(path -> "script (" + SafeText.printable(path) + ")"))
        .orElseGet(() -> type.name().toLowerCase(Locale.ROOT));
  }

  private static String elfType(ElfFacts elf) {
    String type =
        switch (elf.type()) {
          case EXECUTABLE -> "executable";
          case SHARED_OBJECT ->
              elf.positionIndependentExecutable() ? "pie executable" : "shared object";
          case RELOCATABLE -> "relocatable";
          case CORE -> "core file";
          case OTHER -> "of unknown type";
        };
    return "ELF %d-bit %s %s".formatted(elf.bits(), elf.endianness().label(), type);
  }

  /** The column {@code architecture}, such as {@code arm}; empty when the file is not ELF. */
  public String architecture() {
    return elf.map(
            facts ->
                facts.architecture() == Architecture.OTHER
                    ? "other (machine " + facts.machine() + ")"
                    : facts.architecture().label())
        .orElse("");
  }

  /** The column {@code abi}, such as {@code EABI5 hard-float}; empty when the file is not ELF. */
  public String abi() {
    return elf.map(
            facts ->
                facts.abi()
                    + switch (facts.floatAbi()) {
                      case SOFT -> " soft-float";
                      case HARD -> " hard-float";
                      case UNSTATED -> "";
                    })
        .orElse("");
  }

  /** The column {@code linkage}, such as {@code static}; empty when the file is not ELF. */
  public String linkage() {
    return elf.map(facts -> facts.linkage().label()).orElse("");
  }

  /**
   * The columns that say something, in one line, such as {@code ELF 32-bit LSB executable, arm,
   * EABI5 hard-float, static}.
   */
  public String inWords() {
    return Stream.of(fileType(), architecture(), abi(), linkage())
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining(", "));
  }

  /**
   * The column {@code packed}: the packer whose mark the file carries, or {@code none}; empty when
   * the file is not ELF.
   */
  public String packed() {
    return elf.map(facts -> facts.upxPacked() ? "UPX" : "none").orElse("");
  }
}

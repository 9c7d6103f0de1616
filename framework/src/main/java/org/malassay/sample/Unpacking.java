package org.malassay.sample;

import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How the archives of a corpus are opened.
 *
 * @param folder for what is unpacked; made when needed
 * @param passwords tried in this order where a member is encrypted; at least one
 * @param charset of names that do not say it themselves; told from the names of each archive when
 *     empty
 * @param progress takes a line every few seconds while the corpus is read; from any thread
 */
public record Unpacking(
    Path folder, List<String> passwords, Optional<Charset> charset, Consumer<String> progress) {

  /** By custom, archives of malware are encrypted with it, so that nobody runs one by mistake. */
  public static final String PASSWORD = "infected";

  public Unpacking {
    passwords = List.copyOf(passwords);
  }

  /** With the customary password, charsets told from names, and no word on the progress. */
  public static Unpacking into(Path folder) {
    return new Unpacking(folder, List.of(PASSWORD), Optional.empty(), line -> {});
  }
}

package org.malassay.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.malassay.elf.ElfLinks;

/**
 * One file under study. Its SHA-256 is its identity; its name may contain anything.
 *
 * @param path the path within the corpus, with {@code /} between folders, as found: not safe to
 *     print, or to use as a path
 * @param file where the bytes were read on this machine; never executed there. A guest gets them by
 *     {@link #open}
 * @param sha256 lower-case hexadecimal
 * @param md5 lower-case hexadecimal
 * @param size in bytes
 * @param facts what kind of file it is
 */
public record Sample(
    String path, Path file, String sha256, String md5, long size, FileFacts facts) {

  /**
   * What it asks of a dynamic loader.
   *
   * @return empty when it is no ELF file
   * @throws IOException if it cannot be read; never for its content
   */
  public Optional<ElfLinks> links() throws IOException {
    return ElfLinks.of(file);
  }

  /**
   * The bytes, for delivery. They are hashed as they are read: where the file is no longer the one
   * that was found in the corpus, a read throws, at the latest the one that would hand over the
   * last byte.
   *
   * @throws IOException if the file is gone
   */
  public InputStream open() throws IOException {
    return new VerifiedStream(this);
  }

  /** The same one in a place where a shell starts files. */
  Sample withShell() {
    return new Sample(path, file, sha256, md5, size, facts.withShell());
  }

  /** The last component of the path: hostile text. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The first twelve digits of the SHA-256, enough for a reader to tell samples apart. */
  public String shortId() {
    return sha256.substring(0, 12);
  }
}

package org.malassay.run;

import java.util.Optional;
import org.malassay.features.Tlsh;
import org.malassay.sample.FileFacts;

/**
 * One file of the corpus, whether or not it was run: what the table of file types is made of.
 *
 * @param path within the corpus: hostile text
 * @param sha256 of the file
 * @param size in bytes
 * @param facts what kind of file it is
 * @param duplicateOf the path of an earlier file with the same SHA-256, which stands for both
 * @param tlsh the hash by which near-duplicates are found, {@link Tlsh#NONE} where the file can
 *     have none; empty where it was not made: of a file too large for it, of one that could not be
 *     read again, and in a run of an earlier version
 */
public record CorpusEntry(
    String path,
    String sha256,
    long size,
    FileFacts facts,
    Optional<String> duplicateOf,
    Optional<String> tlsh) {

  /** The same file, with this hash where it has none yet. */
  CorpusEntry withTlsh(Optional<String> hash) {
    return new CorpusEntry(path, sha256, size, facts, duplicateOf, tlsh.or(() -> hash));
  }

  /** The same file, as a duplicate of one that was known before. */
  CorpusEntry asDuplicateOf(String other) {
    return new CorpusEntry(path, sha256, size, facts, Optional.of(other), tlsh);
  }
}

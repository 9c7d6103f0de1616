package org.malassay.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/**
 * The identity of a whole corpus, whatever part of it was run.
 *
 * @param sha256 of one line a file, {@code SHA256 PATH} as {@code sha256sum} has it, in the order
 *     of the bytes; in UTF-8, each ended by a line feed
 * @param files how many there are, copies included
 */
public record CorpusDigest(String sha256, int files) {

  public static CorpusDigest of(Collection<CorpusEntry> corpus) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      corpus.stream()
          .map(entry -> entry.sha256() + "  " + entry.path() + "\n")
          .sorted()
          .forEach(line -> digest.update(line.getBytes(UTF_8)));
      return new CorpusDigest(HexFormat.of().formatHex(digest.digest()), corpus.size());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

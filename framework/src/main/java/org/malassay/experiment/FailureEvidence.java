package org.malassay.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.malassay.environment.Evidence;
import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;

/**
 * What a failure of the tool leaves with the sample's evidence: its stack trace, and what an
 * environment had seen.
 *
 * @param files in the order of their names
 */
record FailureEvidence(Map<Piece, byte[]> files) {
  private static final int MOST_OF_TRACE = 64 * 1024;

  static FailureEvidence of(Throwable failure) {
    Map<Piece, byte[]> files = new TreeMap<>(Comparator.comparing(Piece::name));
    gather(failure, files, Collections.newSetFromMap(new IdentityHashMap<>()));
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    byte[] bytes = trace.toString().getBytes(UTF_8);
    files.put(Piece.FAILURE, Arrays.copyOf(bytes, Math.min(bytes.length, MOST_OF_TRACE)));
    return new FailureEvidence(files);
  }

  /**
   * Takes what came with the failure, with its causes and with what failed after it; of equal names
   * the first counts.
   */
  private static void gather(Throwable failure, Map<Piece, byte[]> files, Set<Throwable> seen) {
    if (!seen.add(failure)) {
      return;
    }
    if (failure instanceof GuestException guest) {
      guest.evidence().forEach(files::putIfAbsent);
    }
    if (failure.getCause() != null) {
      gather(failure.getCause(), files, seen);
    }
    for (Throwable next : failure.getSuppressed()) {
      gather(next, files, seen);
    }
  }

  /** What cannot be written is lost: the failure itself is what has to be told. */
  void writeTo(Evidence evidence) {
    files.forEach(
        (piece, contents) -> {
          try {
            evidence.write(piece, contents);
          } catch (IOException e) {
            // The disk is full, or gone.
          }
        });
  }
}

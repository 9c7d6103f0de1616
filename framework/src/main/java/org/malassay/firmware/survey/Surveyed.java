package org.malassay.firmware.survey;

import java.util.List;
import java.util.Optional;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;

/**
 * A row of a survey: one image, and what became of it.
 *
 * @param modified when its file was last changed, in milliseconds since 1970; with the size, what
 *     tells a continued survey that it is the same
 * @param size of its file, in bytes
 * @param facts empty if the file could not be read at all
 * @param failure why it could not; empty if it could
 * @param violations what of the gate it breaks, one line each
 * @param against the image that it was compared with; empty if with none
 * @param changes what is otherwise than in that one
 * @param tookMs how long it took, in milliseconds
 */
public record Surveyed(
    FirmwareImage image,
    long modified,
    long size,
    Optional<ImageFacts> facts,
    String failure,
    List<String> violations,
    String against,
    List<ImageChange> changes,
    long tookMs) {
  public Surveyed {
    violations = List.copyOf(violations);
    changes = List.copyOf(changes);
  }

  /** What became of an image, in a word. */
  public enum Outcome {
    /**
     * All of it is understood, and what lies in wrappers such as a zip, too. Of files in a file
     * system that need not be so: their parts tell.
     */
    READ,
    /** Something is: what is not is among its parts. */
    PARTLY,
    /** Nothing of it is: encrypted, or of a format that nobody here knows. */
    NOTHING,
    /** The tool failed: its file could not be read. */
    FAILED
  }

  /** The same row of an image that the catalogue now says otherwise of. */
  Surveyed of(FirmwareImage other) {
    return new Surveyed(
        other,
        modified,
        size,
        facts.map(
            it ->
                new ImageFacts(
                    other,
                    it.sha256(),
                    it.size(),
                    it.parts(),
                    it.files(),
                    it.programs(),
                    it.components(),
                    it.kernels(),
                    it.starts(),
                    it.accounts(),
                    it.sources())),
        failure,
        violations,
        against,
        changes,
        tookMs);
  }

  /** What became of it. */
  public Outcome outcome() {
    return facts.map(it -> new Understanding(it).outcome()).orElse(Outcome.FAILED);
  }

  /**
   * How many bytes of the image itself nobody understands. What lies in wrappers counts as it is
   * unpacked; what lies in a file of a file system does not.
   */
  public long unread() {
    return facts.map(it -> new Understanding(it).unread()).orElse(0L);
  }
}

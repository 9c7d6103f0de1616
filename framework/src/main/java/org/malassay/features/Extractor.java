package org.malassay.features;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.malassay.sample.FileFacts;
import org.malassay.sample.Sample;

/**
 * Makes the features of samples. Hostile as they are, each takes bounded time and memory: of a file
 * the first 16 MiB are read. Safe for use by several threads.
 */
public final class Extractor {
  private final Set<Part> parts;
  private final Objdump objdump;

  Extractor(Set<Part> parts, Objdump objdump) {
    this.parts = Set.copyOf(parts);
    this.objdump = objdump;
  }

  /** What is made of each sample; nothing when no features were asked for. */
  public Set<Part> parts() {
    return parts;
  }

  /** The versions of what tells features besides the project itself, by name. */
  public Map<String, String> versions() {
    return parts.contains(Part.OPCODES)
        ? objdump.version().map(version -> Map.of("objdump", version)).orElse(Map.of())
        : Map.of();
  }

  /** Why opcodes that were asked for cannot be counted on this machine; empty when they can. */
  public Optional<String> withoutOpcodes() {
    return !parts.contains(Part.OPCODES)
        ? Optional.empty()
        : objdump.missing(InstructionSet.ARM).or(() -> objdump.missing(InstructionSet.A64));
  }

  /** Whether those that were made of a sample once are the ones that are made of it now. */
  public boolean wouldMake(FeatureSheet sheet) {
    boolean canHaveOpcodesNow =
        sheet.missing().containsKey(Part.OPCODES) && withoutOpcodes().isEmpty();
    return sheet.parts().equals(parts) && !canHaveOpcodesNow;
  }

  /**
   * Makes those of one sample.
   *
   * @throws IOException if its file cannot be read, or is no longer the one of the corpus
   */
  public Features of(Sample sample) throws IOException, InterruptedException {
    return of(Head.of(sample), sample.facts());
  }

  Features of(Head head, FileFacts facts) throws InterruptedException {
    Findings findings = new Findings();
    findings.number("size", head.size());
    findings.number("bytes_read", head.bytes().length);
    if (parts.contains(Part.STRINGS)) {
      Strings.of(head, findings);
    }
    if (parts.contains(Part.IMAGE)) {
      ByteImage.of(head, findings);
    }
    if (parts.contains(Part.ENTROPY)) {
      ByteEntropy.of(head, findings);
    }
    if (parts.contains(Part.OPCODES)) {
      new Opcodes(objdump).of(head, findings);
    }
    if (parts.contains(Part.IMPORTS)) {
      Imports.of(head, facts, findings);
    }
    if (parts.contains(Part.TLSH)) {
      Tlsh.of(head, findings);
    }
    return findings.features(parts);
  }
}

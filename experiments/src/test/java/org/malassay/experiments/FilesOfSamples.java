package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import net.lingala.zip4j.ZipFile;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.FileKept;
import org.malassay.run.Result;

/** What harmless samples leave in their guests, as a run has kept it. */
final class FilesOfSamples {
  private static final char[] PASSWORD = "infected".toCharArray();

  private FilesOfSamples() {}

  /** The files that a sample was to leave, all of them, each with its own bytes in the archive. */
  private static List<FileKept> kept(Path run, Result result) throws IOException {
    assertThat(result.recording().orElseThrow().of(Facet.FILES))
        .as(result.sample())
        .isEqualTo(FacetState.OBSERVED);
    Path evidence = run.resolve(result.evidence());
    Behavior behavior = Behavior.of(evidence.resolve(EventLog.FILE));
    assertThat(behavior.notKept()).as(result.sample()).isEmpty();
    assertThat(result.behavior(Facet.FILES).orElseThrow().filesKept())
        .isEqualTo(behavior.kept().size());
    for (FileKept file : behavior.kept()) {
      try (ZipFile archive = new ZipFile(evidence.resolve(file.evidence()).toFile(), PASSWORD)) {
        byte[] bytes = archive.getInputStream(archive.getFileHeader(file.sha256())).readAllBytes();
        assertThat(bytes).hasSize((int) file.size());
        assertThat(sha256(bytes)).isEqualTo(file.sha256());
      }
    }
    return behavior.kept();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A copy of the guest's own true, read like a sample. */
  static void assertDropped(Path run, Result dropsAndRuns) throws IOException {
    assertThat(kept(run, dropsAndRuns))
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.path()).isEqualTo("/tmp/malassay-dropped");
              assertThat(file.type()).matches("ELF (32|64)-bit LSB .*, dynamic");
            });
  }

  /** Thirty files by their new names, of which one has the contents of all. */
  static void assertEncrypted(Path run, Result encryptsFiles) throws IOException {
    List<FileKept> kept = kept(run, encryptsFiles);
    assertThat(kept)
        .hasSize(30)
        .allMatch(file -> file.path().matches("/tmp/malassay-documents/\\d+\\.txt\\.locked"));
    assertThat(kept).extracting(FileKept::sha256).containsOnly(kept.get(0).sha256());
  }

  /** What came from the simulated Internet. */
  static void assertDownloaded(Path run, Result downloadsAndRuns) throws IOException {
    assertThat(kept(run, downloadsAndRuns))
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.path()).isEqualTo("/tmp/malassay.arm7");
              assertThat(file.type()).startsWith("ELF 32-bit LSB executable, arm");
            });
  }

  /** What its guest used is known, and that it left nothing. */
  static void assertIdle(Path run, Result exits) throws IOException {
    assertThat(kept(run, exits)).isEmpty();
    assertThat(exits.recording().orElseThrow().of(Facet.USAGE)).isEqualTo(FacetState.OBSERVED);
    assertThat(exits.behavior(Facet.USAGE).orElseThrow().peakMemoryBytes().orElseThrow())
        .isGreaterThan(1 << 20);
    assertThat(exits.saturation()).contains("ended by itself");
  }
}

package org.malassay.experiment;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.FileKept;
import org.malassay.behavior.FileNotKept;
import org.malassay.behavior.LeftFiles.Left;
import org.malassay.behavior.LeftFiles.LeftFile;
import org.malassay.behavior.Origin;
import org.malassay.environment.Evidence;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Output;
import org.malassay.environment.Piece;
import org.malassay.sample.Digest;
import org.malassay.sample.FileFactsReader;

/**
 * Reads the files that a sample made or changed out of its guest, and keeps them among the
 * evidence: in one archive, each once, by the name of its own digest, encrypted with the password
 * that such files are exchanged with. So nothing on the host executes or opens one by mistake, and
 * the archive can be the corpus of another run. Within bounds, whatever the sample left; what is
 * left out is told.
 */
final class KeptFiles implements AutoCloseable {
  static final String ARCHIVE = "files.zip";
  static final String PASSWORD = "infected";

  /**
   * How much is kept of one guest.
   *
   * @param files how many of them
   * @param fileBytes how much of each
   * @param bytes how much of all together
   * @param time after which no further one is read
   */
  record Bounds(int files, int fileBytes, long bytes, Duration time) {
    static final Bounds DEFAULT = new Bounds(200, 8 << 20, 32L << 20, Duration.ofSeconds(10));
  }

  private static final String OWNER_ALONE = "rw-------";

  private final Evidence evidence;
  private final Origin origin;
  private final Bounds bounds;
  private final Observation observation;
  private final long start = System.nanoTime();
  private final Set<String> digests = new HashSet<>();
  private @Nullable ZipOutputStream archive;
  private int files;
  private long bytes;
  private long leftOut;
  private long inPart;
  private long removed;

  /** Why no further file is read. */
  private Optional<String> full = Optional.empty();

  /**
   * @param origin who reads the files in the guest
   * @param observation is told of each file
   */
  KeptFiles(Evidence evidence, Origin origin, Bounds bounds, Observation observation) {
    this.evidence = evidence;
    this.origin = origin;
    this.bounds = bounds;
    this.observation = observation;
  }

  /**
   * Reads what the sample left.
   *
   * @param sample its SHA-256: its own file is not one that it left, unless it is another now
   * @param isDown whether the guest is, and cannot be asked
   * @return how well the files were recorded that are known to have changed
   */
  FacetState keep(Left left, String sample, Guest guest, boolean isDown) throws IOException {
    if (isDown) {
      full = Optional.of("the guest was down");
    }
    for (LeftFile file : left.files()) {
      if (file.deleted()) {
        removed++;
        tellLost(file, "the sample removed it before it could be read");
      } else if (isFull()) {
        leaveOut(file);
      } else {
        String own = left.program().filter(file.path()::equals).isPresent() ? sample : "";
        read(file, guest, own);
      }
    }
    FacetState known =
        leftOut == 0 ? FacetState.OBSERVED : FacetState.cut(leftOut, full.orElseThrow());
    if (removed > 0) {
      known = known.and(FacetState.cut(removed, "the sample removed files that it had made"));
    }
    if (inPart > 0) {
      known = known.and(FacetState.cut(inPart, "of a large file the beginning is kept"));
    }
    return left.leftOut() == 0
        ? known
        : known.and(FacetState.cut(left.leftOut(), "so many changed that not all are known"));
  }

  private boolean isFull() {
    if (full.isEmpty() && files == bounds.files()) {
      full = Optional.of("the bound of %d files a sample".formatted(bounds.files()));
    } else if (full.isEmpty() && bytes >= bounds.bytes()) {
      full = Optional.of("the bound of %d bytes a sample".formatted(bounds.bytes()));
    } else if (full.isEmpty() && System.nanoTime() - start >= bounds.time().toNanos()) {
      full = Optional.of("the bound of %d s a sample".formatted(bounds.time().toSeconds()));
    }
    return full.isPresent();
  }

  private int most() {
    return (int) Math.min(bounds.fileBytes(), bounds.bytes() - bytes);
  }

  /** A guest that cannot be asked costs the files alone, not the verdict. */
  private void read(LeftFile file, Guest guest, String own) throws IOException {
    GuestFile found;
    try {
      found = guest.read(file.path(), most());
    } catch (GuestException e) {
      full = Optional.of(String.valueOf(e.getMessage()));
      leaveOut(file);
      return;
    }
    take(file, found, own);
  }

  /**
   * @param own the digest of what the file held before the sample; empty when that is not known
   */
  private void take(LeftFile file, GuestFile found, String own) throws IOException {
    switch (found.kind()) {
      case READ -> {
        Output contents = found.contents();
        String sha256 = Digest.of(contents.head()).sha256();
        if ((file.written() || found.changed()) && !sha256.equals(own)) {
          keep(file, contents, sha256);
        }
      }
      case NO_FILE -> {
        // nothing to be kept
      }
      case UNREADABLE -> tellLost(file, found.why());
      case SILENT -> {
        full = Optional.of(found.why());
        leaveOut(file);
      }
    }
  }

  private void leaveOut(LeftFile file) {
    leftOut++;
    tellLost(file, full.orElseThrow());
  }

  private void tellLost(LeftFile file, String why) {
    observation.accept(new FileNotKept(observation.now(), origin, file.path(), why));
  }

  private void keep(LeftFile file, Output contents, String sha256) throws IOException {
    files++;
    inPart += contents.cut() ? 1 : 0;
    if (digests.add(sha256)) {
      bytes += contents.head().length;
      write(sha256, contents.head());
    }
    observation.accept(
        new FileKept(
            observation.now(),
            origin,
            file.path(),
            contents.total(),
            contents.head().length,
            sha256,
            FileFactsReader.read(contents.head()).inWords(),
            ARCHIVE));
  }

  private void write(String name, byte[] contents) throws IOException {
    if (archive == null) {
      archive = new ZipOutputStream(open(), PASSWORD.toCharArray());
    }
    ZipParameters entry = new ZipParameters();
    entry.setFileNameInZip(name);
    entry.setEncryptFiles(true);
    entry.setEncryptionMethod(EncryptionMethod.ZIP_STANDARD);
    archive.putNextEntry(entry);
    archive.write(contents);
    archive.closeEntry();
  }

  private BufferedOutputStream open() throws IOException {
    Path file =
        evidence.stream(
            new Piece(
                ARCHIVE,
                "files that the sample made or changed, by digest; the password is " + PASSWORD,
                "application/zip",
                origin));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(OWNER_ALONE));
    return new BufferedOutputStream(Files.newOutputStream(file));
  }

  /** Completes the archive. */
  @Override
  public void close() throws IOException {
    if (archive != null) {
      archive.close();
    }
  }
}

package org.malassay.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.malassay.environment.Variant;
import org.malassay.files.FolderCopy;
import org.malassay.sample.Digest;

/**
 * Brings evidence and static features of the runs that are merged into the new one. Where they lie
 * is told by rows, which may be forged: only a folder that a row of that sample, environment and
 * repetition can have counts, which no other row can have.
 */
final class MergedEvidence {
  private static final Pattern ENVIRONMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]*");
  private static final Pattern ATTEMPT = Pattern.compile("(?:-[1-9]\\d{0,5})?");

  private final Path fresh;
  private final List<String> lost = new ArrayList<>();

  /**
   * @param fresh the new run's folder
   */
  MergedEvidence(Path fresh) {
    this.fresh = fresh;
  }

  /**
   * @param rows those of the part that the new run has
   */
  void add(MergedPart part, List<Result> rows) throws IOException {
    int passedOver = 0;
    int without = 0;
    for (Result row : rows) {
      Path there = part.evidence(row);
      if (isItsOwn(row) && isFolder(part.run().path(), there)) {
        passedOver += FolderCopy.of(there, fresh.resolve(row.evidence()));
      } else if (row.recording().isPresent()) { // it was started, and left some
        without++;
      }
    }
    for (String sample : part.samples()) {
      Path there = part.run().features(sample).folder();
      Path here = fresh.resolve(part.run().path().relativize(there).toString());
      if (isFolder(part.run().path(), there) && !Files.exists(here)) {
        passedOver += FolderCopy.of(there, here);
      }
    }
    if (without > 0) {
      lost.add(
          "run %s has no evidence of %d of its rows: reports tell less of them"
              .formatted(part.id(), without));
    }
    if (passedOver > 0) {
      lost.add(
          "run %s: %d links, special or unreadable files among its evidence were left out"
              .formatted(part.id(), passedOver));
    }
  }

  /** What of the evidence is not there, in words. */
  List<String> lost() {
    return lost;
  }

  private static boolean isItsOwn(Result row) {
    String folder =
        "%s/%s/%s"
            .formatted(
                RunDirectory.EVIDENCE,
                row.environment(),
                RunDirectory.evidenceName(ResultKey.of(row)));
    return ENVIRONMENT.matcher(Variant.environment(row.environment())).matches()
        && Digest.isSha256(row.sha256())
        && row.evidence().startsWith(folder)
        && ATTEMPT.matcher(row.evidence().substring(folder.length())).matches();
  }

  /** Whether it is one, and none of those that it lies in is a link. */
  private static boolean isFolder(Path run, Path folder) {
    Path at = run;
    for (Path name : run.relativize(folder)) {
      at = at.resolve(name);
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
    }
    return true;
  }
}

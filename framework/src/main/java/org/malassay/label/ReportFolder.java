package org.malassay.label;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.malassay.sample.Sample;

/**
 * The reports of a folder on the samples of a run.
 *
 * @param folder where they were
 * @param bySha256 what they say, by the SHA-256 of the sample
 * @param problems what is wrong with the files, one line each; may hold hostile names of files
 */
record ReportFolder(Path folder, Map<String, Lookup> bySha256, List<String> problems)
    implements LabelSource {

  ReportFolder {
    bySha256 = Map.copyOf(bySha256);
    problems = List.copyOf(problems);
  }

  /**
   * Reads through the folder once, for reports on these samples. What is not a report becomes a
   * problem, not an exception.
   *
   * @throws IOException if the folder cannot be listed
   */
  static ReportFolder read(Path folder, Collection<Sample> samples) throws IOException {
    return new FolderReader(folder, samples).read();
  }

  @Override
  public Lookup find(Sample sample) {
    Lookup lookup = bySha256.get(sample.sha256());
    return lookup == null ? new Lookup.NotKnown("no report in " + folder) : lookup;
  }
}

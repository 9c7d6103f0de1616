package org.malassay.reports.csv;

import java.util.Comparator;
import org.malassay.sample.FileFacts;

/** The columns that say what kind of file a sample is. */
record FileKind(String fileType, String architecture, String abi, String linkage)
    implements Comparable<FileKind> {
  private static final Comparator<FileKind> ORDER =
      Comparator.comparing(FileKind::fileType)
          .thenComparing(FileKind::architecture)
          .thenComparing(FileKind::abi)
          .thenComparing(FileKind::linkage);

  static FileKind of(FileFacts facts) {
    return new FileKind(facts.fileType(), facts.architecture(), facts.abi(), facts.linkage());
  }

  @Override
  public int compareTo(FileKind other) {
    return ORDER.compare(this, other);
  }
}

package org.malassay.run;

import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.malassay.files.JournalFile;

/**
 * The writing end of a run's journal: one line a result, on the disk when {@link #append} returns.
 * Safe for use by several threads. Locked, so that two runs never write to one journal.
 */
public final class Journal implements AutoCloseable {
  private final JournalFile file;
  private final ObjectWriter writer;

  private Journal(JournalFile file, ObjectWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  static Journal open(Path file, ObjectWriter writer) throws IOException {
    return new Journal(JournalFile.open(file), writer);
  }

  /**
   * Adds a result. After a failure the journal holds what it held before.
   *
   * @throws IOException if it could not be written, such as on a full disk
   */
  public void append(Result result) throws IOException {
    append(List.of(result));
  }

  /**
   * Adds results that are at hand together, for which the disk is waited for once. After a failure
   * the journal holds what it held before.
   *
   * @throws IOException if they could not be written, such as on a full disk
   */
  public void append(List<Result> results) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Result result : results) {
      lines.add(writer.writeValueAsString(result));
    }
    file.append(lines);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

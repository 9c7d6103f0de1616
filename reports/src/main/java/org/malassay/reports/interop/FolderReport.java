package org.malassay.reports.interop;

import java.io.IOException;
import java.nio.file.Path;
import org.malassay.files.WholeFolder;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;

/** A report that is a folder of its own name. On request: the events of all samples are read. */
abstract class FolderReport implements Report {
  private final String name;
  private final Techniques techniques = Techniques.load();

  FolderReport(String name) {
    this.name = name;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final boolean onRequest() {
    return true;
  }

  @Override
  public final Path write(Runs runs, Options options) throws IOException {
    Path folder = runs.run().path().resolve(name);
    WholeFolder.write(folder, fresh -> fill(fresh, runs, options));
    return folder;
  }

  final Techniques techniques() {
    return techniques;
  }

  /** Writes what is in the folder. */
  abstract void fill(Path folder, Runs runs, Options options) throws IOException;
}

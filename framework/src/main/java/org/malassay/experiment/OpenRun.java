package org.malassay.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.malassay.infection.InfectionFold;
import org.malassay.options.OptionException;
import org.malassay.run.CorpusEntry;
import org.malassay.run.Journal;
import org.malassay.run.Journaled;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;

/**
 * The directory of a run, new or continued, open for writing.
 *
 * @param warnings what a reader of the run should know of it, one line each
 */
record OpenRun(RunDirectory directory, Journal journal, List<String> warnings) {

  /** That of a new run. */
  static OpenRun create(Path runs, RunHeader header, List<CorpusEntry> corpus) throws IOException {
    RunDirectory directory = RunDirectory.create(runs, header, corpus);
    return new OpenRun(directory, directory.journal(), List.of());
  }

  /**
   * That of an earlier run.
   *
   * @param reportOptions the names of options that concern reports alone
   * @param rules the digest of those that samples are scored by
   * @throws OptionException if what was measured there cannot stand beside what will be
   */
  static OpenRun resume(
      Path folder,
      Session session,
      Set<String> reportOptions,
      String rules,
      List<CorpusEntry> corpus)
      throws IOException {
    RunDirectory earlier = RunDirectory.open(folder);
    Resumption resumption = new Resumption(earlier.header(), session, reportOptions);
    resumption.refuseDifference();
    List<String> warnings = new ArrayList<>();
    resumption.warning().ifPresent(warnings::add);
    Journal journal = earlier.journal();
    try {
      Journaled journaled = earlier.journaled();
      resumption.refuseOtherRules(journaled.results(), rules, InfectionFold.stages().digest());
      journaled.damage().forEach(line -> warnings.add(line + " and measured again"));
      return new OpenRun(earlier.continued(session, corpus), journal, warnings);
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }
}

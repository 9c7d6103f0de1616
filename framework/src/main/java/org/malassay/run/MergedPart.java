package org.malassay.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.malassay.sample.Corpus.Unread;

/**
 * One of the runs that are merged, as it was read.
 *
 * @param corpus its files, copies included
 */
record MergedPart(
    RunDirectory run, Journaled journaled, List<CorpusEntry> corpus, List<Unread> unread) {

  static MergedPart of(RunDirectory run) throws IOException {
    List<CorpusEntry> corpus = new ArrayList<>();
    run.forEachCorpusEntry(corpus::add);
    List<Unread> unread = new ArrayList<>();
    run.forEachUnread(unread::add);
    return new MergedPart(run, run.journaled(), corpus, unread);
  }

  RunHeader header() {
    return run.header();
  }

  String id() {
    return header().id();
  }

  Shard shard() {
    return header().shard();
  }

  Set<String> samples() {
    return corpus.stream().map(CorpusEntry::sha256).collect(Collectors.toSet());
  }

  /** Those that it was measured in. */
  Set<String> environments() {
    Set<String> all = new TreeSet<>(header().environments().keySet());
    journaled.results().forEach(row -> all.add(row.environment()));
    return all;
  }
}

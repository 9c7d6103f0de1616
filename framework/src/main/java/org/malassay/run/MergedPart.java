package org.malassay.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.malassay.environment.Variant;
import org.malassay.sample.Corpus.Unread;

/**
 * One of the runs that are merged.
 *
 * @param header what it says of itself
 * @param corpus its files, copies included
 * @param variants of those of its environments that have another name here than in the run
 */
record MergedPart(
    RunDirectory run,
    RunHeader header,
    Journaled journaled,
    List<CorpusEntry> corpus,
    List<Unread> unread,
    Map<String, Variant> variants) {

  static MergedPart of(RunDirectory run) throws IOException {
    List<CorpusEntry> corpus = new ArrayList<>();
    run.forEachCorpusEntry(corpus::add);
    List<Unread> unread = new ArrayList<>();
    run.forEachUnread(unread::add);
    return new MergedPart(run, run.header(), run.journaled(), corpus, unread, Map.of());
  }

  /** The same, with environments under the names of these variants. */
  MergedPart as(Map<String, Variant> named) {
    if (named.isEmpty()) {
      return this;
    }
    List<Session> sessions =
        header.sessions().stream()
            .map(
                it ->
                    new Session(
                        it.started(),
                        it.options(),
                        it.versions(),
                        as(named, it.environments()),
                        it.corpus()))
            .toList();
    List<Result> rows = journaled.results().stream().map(row -> as(named, row)).toList();
    return new MergedPart(
        run,
        new RunHeader(header.id(), header.experiment(), sessions, header.merged()),
        new Journaled(rows, journaled.damage()),
        corpus,
        unread,
        named);
  }

  private static Map<String, Map<String, String>> as(
      Map<String, Variant> named, Map<String, Map<String, String>> environments) {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    environments.forEach((name, facts) -> all.put(name(named, name), facts));
    return all;
  }

  private static Result as(Map<String, Variant> named, Result row) {
    String name = name(named, row.environment());
    return row.as(name, moved(row.evidence(), row.environment(), name));
  }

  private static String name(Map<String, Variant> named, String environment) {
    return Optional.ofNullable(named.get(environment))
        .map(variant -> variant.in(environment))
        .orElse(environment);
  }

  /** Where the run itself has the evidence of a row. */
  Path evidence(Result row) {
    String name = row.environment();
    String was = Variant.environment(name);
    return run.path()
        .resolve(variants.containsKey(was) ? moved(row.evidence(), name, was) : row.evidence());
  }

  /** From the folder of one environment to that of another. */
  private static String moved(String evidence, String from, String to) {
    String folder = RunDirectory.EVIDENCE + "/%s/";
    return evidence.startsWith(folder.formatted(from))
        ? folder.formatted(to) + evidence.substring(folder.formatted(from).length())
        : evidence;
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

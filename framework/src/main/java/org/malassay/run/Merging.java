package org.malassay.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.malassay.options.OptionException;

/**
 * Makes one run of several, such as the shards of a corpus: what one machine would have made, but
 * for times and for what machines say of themselves. The runs stay as they are. The new one has all
 * that reports are made of, evidence included.
 *
 * <p>Two variants of an environment are two environments in it: see {@link MergedVariants}.
 *
 * <p>What cannot stand side by side is refused. What is lost stands in the way of nothing: the new
 * run's header says it, and so do its reports.
 */
public final class Merging {
  /**
   * Options that say where and how fast a machine works, and which part it does: that they differ
   * makes no other session.
   */
  private static final Set<String> OF_A_MACHINE =
      Set.of(
          Shard.OPTION.name(),
          RunDirectory.OUT.name(),
          "resume",
          "guests",
          "guest.limit",
          "reports");

  private final List<MergedPart> parts;
  private final List<Session> sessions;
  private final String id = RunId.fresh(Shard.WHOLE);

  private Merging(List<MergedPart> parts) {
    this.parts = parts;
    this.sessions = sessions(parts);
  }

  /**
   * Merges runs, in whatever order they are named.
   *
   * @param out the folder of the new run
   * @param mayDiffer the names of options, versions and facts that may differ, besides those that
   *     change no result in any run
   * @throws OptionException if they cannot stand side by side; the message says what mends it
   * @throws IOException if one of them cannot be read, or the new one not be written
   */
  public static RunDirectory of(Collection<RunDirectory> runs, Path out, Set<String> mayDiffer)
      throws IOException {
    Map<Path, RunDirectory> each = new TreeMap<>(); // one that is named twice is one
    for (RunDirectory run : runs) {
      refuseLinks(run);
      each.put(run.path(), run);
    }
    List<MergedPart> parts = new ArrayList<>();
    for (RunDirectory run : each.values()) {
      parts.add(MergedPart.of(run));
    }
    parts.sort(
        Comparator.comparing((MergedPart part) -> part.shard().index())
            .thenComparing(MergedPart::id));
    List<MergedPart> named = MergedVariants.named(parts);
    new MergeConflicts(named, mayDiffer).refuse();
    return new Merging(named).written(out);
  }

  /** A run may come from elsewhere: a link in it would have another file read. */
  private static void refuseLinks(RunDirectory run) throws IOException {
    for (String name : RunDirectory.FILES) {
      Path file = run.path().resolve(name);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
          && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(
            file + " is a link or no regular file: name a run that has its own files");
      }
    }
  }

  /** Those that say the same are one. */
  private static List<Session> sessions(List<MergedPart> parts) {
    Map<Session, List<Session>> alike = new LinkedHashMap<>();
    for (MergedPart part : parts) {
      for (Session session : part.header().sessions()) {
        alike.computeIfAbsent(ofNoTime(session), it -> new ArrayList<>()).add(session);
      }
    }
    return alike.values().stream()
        .map(Merging::one)
        .sorted(Comparator.comparing(Session::started))
        .toList();
  }

  /** Begun when the first of them was, with the options that all of them have. */
  private static Session one(List<Session> alike) {
    Session first = Collections.min(alike, Comparator.comparing(Session::started));
    Map<String, String> options = new TreeMap<>(first.options());
    alike.forEach(session -> options.entrySet().retainAll(session.options().entrySet()));
    options.remove(Shard.OPTION.name());
    return with(first.started(), options, first);
  }

  /** What a session says, whatever its time, its shard and what each machine is given. */
  private static Session ofNoTime(Session session) {
    Map<String, String> options = new TreeMap<>(session.options());
    options.keySet().removeAll(OF_A_MACHINE);
    return with(Instant.EPOCH, options, session);
  }

  private static Session with(Instant started, Map<String, String> options, Session session) {
    return new Session(
        started, options, session.versions(), session.environments(), session.corpus());
  }

  private RunDirectory written(Path out) throws IOException {
    return RunDirectory.createWhole(
        out,
        id,
        fresh -> {
          MergedEvidence evidence = new MergedEvidence(fresh);
          List<Result> rows = new ArrayList<>();
          Set<ResultKey> known = new HashSet<>();
          for (MergedPart part : parts) {
            List<Result> its =
                part.journaled().results().stream()
                    .filter(row -> known.add(ResultKey.of(row)))
                    .toList();
            evidence.add(part, its);
            List<Integer> numbers = numbers(part);
            its.forEach(
                row ->
                    rows.add(
                        row.in(
                            id,
                            row.session() < 1 || row.session() > numbers.size()
                                ? 0 // its journal names none
                                : numbers.get(row.session() - 1))));
          }
          rows.sort(Comparator.comparing(Result::finished));
          return new RunDirectory.Contents(
              new RunHeader(
                  id,
                  parts.get(0).header().experiment(),
                  sessions,
                  Optional.of(
                      new Merged(
                          parts.stream().map(MergedPart::id).toList(), lost(evidence.lost())))),
              corpus(),
              parts.stream().flatMap(part -> part.unread().stream()).distinct().toList(),
              rows);
        });
  }

  /** Each file once, with its hash where any of the runs has made it. */
  private List<CorpusEntry> corpus() {
    Map<List<String>, CorpusEntry> files = new LinkedHashMap<>();
    for (MergedPart part : parts) {
      for (CorpusEntry entry : part.corpus()) {
        files.merge(
            List.of(entry.sha256(), entry.path()),
            entry,
            (one, other) -> one.withTlsh(other.tlsh()));
      }
    }
    return files.values().stream()
        .sorted(Comparator.comparing(it -> it.path().getBytes(UTF_8), Arrays::compareUnsigned))
        .toList();
  }

  /** Those of its sessions in the new run. */
  private List<Integer> numbers(MergedPart part) {
    List<Session> known = sessions.stream().map(Merging::ofNoTime).toList();
    return part.header().sessions().stream().map(it -> known.indexOf(ofNoTime(it)) + 1).toList();
  }

  private List<String> lost(List<String> evidence) {
    List<String> lost = new ArrayList<>(Absent.in(parts));
    for (MergedPart part : parts) {
      part.journaled().damage().forEach(line -> lost.add("run %s: %s".formatted(part.id(), line)));
    }
    lost.addAll(evidence);
    return lost;
  }
}

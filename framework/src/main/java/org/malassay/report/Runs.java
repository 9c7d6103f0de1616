package org.malassay.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.malassay.run.Journaled;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.Shard;

/**
 * What reports are made of. The journal of the run is read once for all of them.
 *
 * @param run the run to report on
 * @param journaled its results, and what is damaged
 * @param earlier runs of the same experiment before it, oldest first
 */
public record Runs(RunDirectory run, Journaled journaled, List<RunDirectory> earlier) {
  /** As many as a chart over time shows legibly. */
  private static final int MOST = 20;

  public Runs {
    earlier = List.copyOf(earlier);
  }

  /** One run, without those before it. */
  public static Runs of(RunDirectory run) throws IOException {
    return of(run, List.of());
  }

  /** One run, and those before it, oldest first. */
  public static Runs of(RunDirectory run, List<RunDirectory> earlier) throws IOException {
    return new Runs(run, run.journaled(), earlier);
  }

  /** One result a sample and environment, in the order in which they were journaled. */
  public List<Result> results() {
    return journaled.results();
  }

  /**
   * What a reader must know before any number, one line each: which part of a corpus they are of,
   * and what is lost.
   */
  public List<String> caveats() {
    List<String> lines = new ArrayList<>();
    Shard shard = run.header().shard();
    if (!shard.isWhole()) {
      lines.add(
          "%s of the corpus: the other samples are in the runs of the other shards"
              .formatted(shard.inWords()));
    }
    run.header().merged().ifPresent(merged -> lines.addAll(merged.lost()));
    lines.addAll(journaled.damage());
    return lines;
  }

  /**
   * A run, and the latest of those before it in the same folder, of the same part of a corpus. What
   * is no run there, or cannot be read any more, is passed over.
   *
   * @throws IOException if the run itself cannot be read
   */
  public static Runs inFolderOf(RunDirectory run) throws IOException {
    List<RunDirectory> earlier = new ArrayList<>();
    for (Path folder : newestFirst(run.path().resolveSibling("."))) {
      if (earlier.size() == MOST) {
        break;
      }
      RunDirectory other;
      try {
        other = RunDirectory.open(folder);
      } catch (IOException e) {
        continue;
      }
      if (other.header().experiment().equals(run.header().experiment())
          && other.header().shard().equals(run.header().shard())
          && other.header().started().isBefore(run.header().started())) {
        earlier.add(other);
      }
    }
    earlier.sort(Comparator.comparing(other -> other.header().started()));
    return of(run, earlier);
  }

  /**
   * Their names begin with the time, to the second. Links, such as {@code latest}, name a run once
   * more.
   */
  private static List<Path> newestFirst(Path runs) {
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(folder -> !Files.isSymbolicLink(folder))
          .sorted(Comparator.comparing(Path::getFileName).reversed())
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}

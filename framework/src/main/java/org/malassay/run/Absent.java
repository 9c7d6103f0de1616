package org.malassay.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What runs that are merged have no rows of, in words. */
final class Absent {
  private final List<MergedPart> parts;
  private final int total;

  private Absent(List<MergedPart> parts) {
    this.parts = parts;
    this.total = parts.get(0).shard().total();
  }

  static List<String> in(List<MergedPart> parts) {
    Absent absent = new Absent(parts);
    return Stream.of(absent.shards(), absent.environments(), absent.rows())
        .flatMap(List::stream)
        .toList();
  }

  private List<String> shards() {
    Set<Integer> missing = IntStream.rangeClosed(1, total).boxed().collect(Collectors.toSet());
    parts.forEach(part -> missing.remove(part.shard().index()));
    return missing.isEmpty()
        ? List.of()
        : List.of("%s missing: %s".formatted(shardsAre(missing), filesOfMissing(missing.size())));
  }

  private String filesOfMissing(int shards) {
    Optional<CorpusDigest> all = parts.get(0).header().last().corpus();
    if (all.isEmpty() || parts.get(0).header().last().options().containsKey("sample")) {
      return "how many files are absent is not known";
    }
    int files = all.get().files() - files(parts);
    return files == 0
        ? "nothing of the corpus is absent by that"
        : filesAre(files, shards) + " absent";
  }

  /** Shards that were measured, and not everywhere. */
  private List<String> environments() {
    Set<String> environments = new TreeSet<>();
    parts.forEach(part -> environments.addAll(part.environments()));
    List<String> lines = new ArrayList<>();
    for (String environment : environments) {
      Set<Integer> elsewhere = new TreeSet<>();
      parts.forEach(part -> elsewhere.add(part.shard().index()));
      parts.stream()
          .filter(part -> part.environments().contains(environment))
          .forEach(part -> elsewhere.remove(part.shard().index()));
      int files =
          files(parts.stream().filter(part -> elsewhere.contains(part.shard().index())).toList());
      if (files > 0 && total > 1) {
        lines.add(
            "%s not measured in %s: %s absent there"
                .formatted(shardsAre(elsewhere), environment, filesAre(files, elsewhere.size())));
      }
    }
    return lines;
  }

  private List<String> rows() {
    List<String> lines = new ArrayList<>();
    for (MergedPart part : parts) {
      Set<String> samples = part.samples();
      int repeat = part.header().last().repeat();
      long all = (long) samples.size() * repeat;
      for (String environment : part.environments()) {
        long there =
            part.journaled().results().stream()
                .filter(row -> row.environment().equals(environment))
                .filter(row -> row.repetition() >= 1 && row.repetition() <= repeat)
                .filter(row -> samples.contains(row.sha256()))
                .count();
        if (there < all) {
          lines.add(
              "run %s has no result of %d of its %d %s in %s: continue it by -Dresume, and merge again"
                  .formatted(
                      part.id(),
                      all - there,
                      all,
                      repeat == 1 ? "samples" : "measurements",
                      environment));
        }
      }
    }
    return lines;
  }

  private String shardsAre(Set<Integer> indexes) {
    return "%s %s of %d %s"
        .formatted(
            indexes.size() == 1 ? "shard" : "shards",
            indexes.stream().sorted().map(String::valueOf).collect(Collectors.joining(", ")),
            total,
            indexes.size() == 1 ? "is" : "are");
  }

  private static String filesAre(int files, int shards) {
    return "%s %d %s, copies included, %s"
        .formatted(
            shards == 1 ? "its" : "their",
            files,
            files == 1 ? "file" : "files",
            files == 1 ? "is" : "are");
  }

  private static int files(List<MergedPart> of) {
    Set<List<String>> files = new HashSet<>();
    of.forEach(
        part -> part.corpus().forEach(entry -> files.add(List.of(entry.sha256(), entry.path()))));
    return files.size();
  }
}

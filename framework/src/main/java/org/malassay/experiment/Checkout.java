package org.malassay.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.malassay.options.Values;

/**
 * The commit of a checkout of Git, read from its files as gitrepository-layout(5) has them: there
 * may be no git on this machine. Whether files differ from it is not known.
 */
final class Checkout {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final String REF = "ref: ";
  private static final String ELSEWHERE = "gitdir: ";

  private Checkout() {}

  /** What a run or a survey is made with: the project, its commit, Java and the system. */
  static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put(
        "malassay",
        Optional.ofNullable(Experiment.class.getPackage().getImplementationVersion())
            .orElse("development"));
    commit(Values.path(".")).ifPresent(commit -> versions.put("commit", commit));
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return versions;
  }

  /**
   * The commit that a folder is checked out from.
   *
   * @return empty where it is in no checkout, or one without a commit, or one that cannot be read
   */
  static Optional<String> commit(Path folder) {
    try {
      for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
        Path git = at.resolve(".git");
        if (Files.isDirectory(git)) {
          return head(git);
        }
        if (Files.isRegularFile(git)) { // of a worktree or a submodule
          String line = line(git);
          return line.startsWith(ELSEWHERE)
              ? head(at.resolve(line.substring(ELSEWHERE.length())))
              : Optional.empty();
        }
      }
    } catch (IOException | RuntimeException e) {
      // A run does not depend on it.
    }
    return Optional.empty();
  }

  private static Optional<String> head(Path git) throws IOException {
    String head = line(git.resolve("HEAD"));
    if (!head.startsWith(REF)) {
      return commit(head);
    }
    String ref = head.substring(REF.length());
    Path elsewhere = git.resolve("commondir");
    Path common = Files.isRegularFile(elsewhere) ? git.resolve(line(elsewhere)) : git;
    for (Path place : new Path[] {git, common}) {
      if (Files.isRegularFile(place.resolve(ref))) {
        return commit(line(place.resolve(ref)));
      }
    }
    Path packed = common.resolve("packed-refs");
    if (!Files.isRegularFile(packed)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(packed)) {
      return lines
          .filter(line -> line.endsWith(" " + ref))
          .findFirst()
          .flatMap(line -> commit(line.substring(0, line.indexOf(' '))));
    }
  }

  private static Optional<String> commit(String text) {
    return Optional.of(text).filter(it -> COMMIT.matcher(it).matches());
  }

  private static String line(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.findFirst().orElse("").strip();
    }
  }
}

package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What somebody has who cloned this checkout, changes that are not committed yet included, and has
 * built nothing; with a local repository that holds what the machine has of others, and nothing of
 * ours.
 *
 * @param folder of the clone
 * @param repository for {@code -Dmaven.repo.local}
 */
record CleanClone(Path folder, Path repository) implements AutoCloseable {
  private static final String OURS = "org/malassay";

  /** What others ask for by a range of versions. */
  static final String RANGED = "org/bouncycastle";

  /** Clones the checkout that this test is of. */
  static CleanClone of(Path root, Path into) throws Exception {
    CleanClone clone =
        new CleanClone(
            Files.createDirectories(into.resolve("clone")),
            Files.createDirectories(into.resolve("repository")));
    Command.Outcome copied =
        Command.of(
                "bash",
                "-euo",
                "pipefail",
                "-c",
                "git ls-files -z --cached --others --exclude-standard"
                    + " | tar --create --null --files-from=- | tar --extract --directory=\"$0\"",
                clone.folder.toString())
            .in(root)
            .run();
    assertThat(copied.status()).as(copied.output()).isZero();
    share(localRepository(), clone.repository, Path.of(OURS));
    forgetVersions(clone.repository.resolve(RANGED));
    return clone;
  }

  /** Surefire tells where the build's own is. */
  private static Path localRepository() {
    return Path.of(
        System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));
  }

  /** Links to all that is in a repository, but for one folder. */
  private static void share(Path from, Path to, Path except) throws IOException {
    Path first = except.getName(0);
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        if (!entry.getFileName().equals(first)) {
          Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
        } else if (except.getNameCount() > 1) {
          share(
              entry,
              Files.createDirectory(to.resolve(first)),
              except.subpath(1, except.getNameCount()));
        }
      }
    }
  }

  /** Keeps the artifacts of a group, but not the lists of the versions that there are. */
  private static void forgetVersions(Path group) throws IOException {
    Path shared = Files.readSymbolicLink(group);
    Files.delete(group);
    try (Stream<Path> artifacts = Files.list(shared)) {
      for (Path artifact : artifacts.toList()) {
        Path here = Files.createDirectories(group.resolve(artifact.getFileName()));
        try (Stream<Path> versions = Files.list(artifact)) {
          for (Path version : versions.filter(Files::isDirectory).toList()) {
            Files.createSymbolicLink(here.resolve(version.getFileName()), version);
          }
        }
      }
    }
  }

  /** Takes the links away, so that nothing behind them is in the way of who removes the rest. */
  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(repository)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  /** Maven with that repository, in a folder. */
  Command maven(Path where, String... words) {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp"));
    command.add("-Dmaven.repo.local=" + repository);
    command.addAll(List.of(words));
    return Command.of(command.toArray(String[]::new)).in(where);
  }

  /** Adds words to every call of Maven in the clone, as somebody's own settings would. */
  void always(String... words) throws IOException {
    List<String> lines = new ArrayList<>(List.of(words));
    lines.add("-Dmaven.repo.local=" + repository);
    Files.write(folder.resolve(".mvn/maven.config"), lines);
  }

  /** A file of ours in the repository. */
  Path installed(String artifact, String ending) {
    String version = "0.1.0-SNAPSHOT";
    return repository
        .resolve(OURS)
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version + ending);
  }
}

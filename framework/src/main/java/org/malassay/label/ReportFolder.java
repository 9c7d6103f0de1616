package org.malassay.label;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.malassay.sample.Sample;

/**
 * A folder of reports, with its subfolders: files that end in {@code .json}. Whose report a file is
 * stands in its contents; where these name no hash, in its name, which then ends in one, such as
 * {@code VirusShare_<md5>.json}. Of several reports on one file the first by path counts.
 */
final class ReportFolder implements LabelSource {
  private static final Pattern HASH_IN_NAME =
      Pattern.compile("(?:^|.*[^0-9a-f])([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\\.json");
  private static final int SHA1_DIGITS = 40;

  private final Path folder;
  private final Map<String, Path> byHash;
  private final boolean sha1Needed;
  private final List<String> problems;

  private ReportFolder(Path folder, Map<String, Path> byHash, List<String> problems) {
    this.folder = folder;
    this.byHash = Map.copyOf(byHash);
    this.sha1Needed = byHash.keySet().stream().anyMatch(hash -> hash.length() == SHA1_DIGITS);
    this.problems = List.copyOf(problems);
  }

  /** Reads through the folder once. What is not a report becomes a problem, not an exception. */
  static ReportFolder index(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (name(file).endsWith(".json") && Files.isRegularFile(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            problems.add(file + " cannot be read: " + e);
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    Map<String, Path> byHash = new HashMap<>();
    for (Path file : files) {
      Set<String> hashes = Set.of();
      try {
        if (ReportReader.read(file) instanceof Lookup.Found found) {
          hashes = found.report().hashes();
        }
      } catch (ReportException e) {
        problems.add(e.getMessage());
      } catch (IOException e) {
        problems.add(file + " cannot be read: " + e);
      }
      Stream<String> keys = hashes.isEmpty() ? hashInName(file).stream() : hashes.stream();
      keys.forEach(hash -> byHash.putIfAbsent(hash, file));
    }
    if (files.isEmpty()) {
      problems.add(folder + " holds no reports: no file there ends in .json");
    }
    return new ReportFolder(folder, byHash, problems);
  }

  private static Optional<String> hashInName(Path file) {
    Matcher matcher = HASH_IN_NAME.matcher(name(file));
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String name(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT);
  }

  /** Files that are not reports, one line each. */
  List<String> problems() {
    return problems;
  }

  @Override
  public Lookup find(Sample sample) {
    Path file = byHash.getOrDefault(sample.sha256(), byHash.get(sample.md5()));
    try {
      if (file == null && sha1Needed) {
        file = byHash.get(sha1(sample.file()));
      }
      return file == null ? new Lookup.NotKnown("no report in " + folder) : ReportReader.read(file);
    } catch (IOException e) {
      return new Lookup.NotReachable(String.valueOf(e.getMessage()));
    }
  }

  private static String sha1(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}

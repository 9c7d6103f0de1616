package org.malassay.label;

import static java.util.stream.Collectors.toSet;

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
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.malassay.files.FileReason;
import org.malassay.sample.Sample;

/**
 * Reads a folder of reports, with its subfolders: files that end in {@code .json}, {@code .jsonl}
 * or {@code .ndjson}, or in one of these and {@code .gz}. The contents of a report name its sample
 * by a hash; where they name none, the name of the file ends in one, such as {@code
 * VirusShare_<md5>.json}. Of several reports on one sample the first by path counts, one that knows
 * the sample before one that does not. Reports on other files are not kept: a folder may hold
 * millions.
 */
final class FolderReader {
  private static final Pattern NAME =
      Pattern.compile(
          "(?:|.*[^0-9a-f])(?<hash>[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\\.(?:json|jsonl|ndjson)"
              + "|.*\\.(?:json|jsonl|ndjson)");
  private static final String COMPRESSED = ".gz";
  private static final int SHA1_DIGITS = 40;
  private static final int SHA256_DIGITS = 64;

  private final Path folder;
  private final Collection<Sample> samples;

  /** The SHA-256 of each sample, by its other hashes. */
  private final Map<String, String> sha256ByHash = new HashMap<>();

  private final Map<String, Lookup> bySha256 = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private boolean sha1Known;

  FolderReader(Path folder, Collection<Sample> samples) {
    this.folder = folder;
    this.samples = samples;
    for (Sample sample : samples) {
      sha256ByHash.put(sample.md5(), sample.sha256());
      sha256ByHash.put(sample.sha256(), sample.sha256());
    }
  }

  ReportFolder read() throws IOException {
    List<Path> files = files();
    files.forEach(this::read);
    if (files.isEmpty()) {
      problems.add(
          folder
              + " holds no reports: no file there ends in .json, .jsonl or .ndjson, or these and"
              + " .gz");
    }
    return new ReportFolder(folder, bySha256, problems);
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (NAME.matcher(name(file)).matches() && Files.isRegularFile(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            problems.add(file + " cannot be read: " + FileReason.of(e));
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  /** The name in lower case, without the ending of a compressed file. */
  private static String name(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(COMPRESSED)
        ? name.substring(0, name.length() - COMPRESSED.length())
        : name;
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    if (!file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(COMPRESSED)) {
      return in;
    }
    try {
      return new GZIPInputStream(in);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private void read(Path file) {
    Contents contents = new Contents();
    try (InputStream in = open(file)) {
      ReportReader.read(in, contents);
    } catch (IOException e) {
      contents.problem(FileReason.of(e));
    }
    Optional<String> hash = hashInName(file);
    if (hash.isPresent() && contents.nameless.isPresent() && contents.isOne()) {
      keep(Set.of(hash.get()), contents.nameless.get());
      return;
    }
    contents
        .problemOf(file)
        .ifPresent(
            problem -> {
              problems.add(problem);
              if (hash.isPresent() && contents.isOne()) {
                keep(Set.of(hash.get()), new Lookup.NotReachable(problem));
              }
            });
  }

  private static Optional<String> hashInName(Path file) {
    Matcher name = NAME.matcher(name(file));
    return name.matches() ? Optional.ofNullable(name.group("hash")) : Optional.empty();
  }

  /** What was found in one file. */
  private final class Contents implements ReportReader.Sink {
    /** The last report that does not say which file it is about. */
    private Optional<Lookup> nameless = Optional.empty();

    private int good;
    private int bad;
    private String firstReason = "";

    @Override
    public void report(ReportReader.Report report) {
      if (report.hashes().isEmpty()) {
        nameless = Optional.of(report.lookup());
        problem(
            "neither it (by sha256, sha1, md5, id or resource) nor the file's name says which file"
                + " it is about");
      } else {
        good++;
        keep(report.hashes(), report.lookup());
      }
    }

    @Override
    public void problem(String reason) {
      if (bad == 0) {
        firstReason = reason;
      }
      bad++;
    }

    /** True when there is one thing in it, whose hash may stand in the file's name. */
    boolean isOne() {
      return bad == 1 && good == 0;
    }

    /** What is wrong with it, in one line. */
    Optional<String> problemOf(Path file) {
      if (bad == 0) {
        return good > 0 ? Optional.empty() : Optional.of(file + " holds no report");
      }
      return Optional.of(
          bad + good == 1
              ? "%s is not a report: %s".formatted(file, firstReason)
              : "%s: %d of the %d reports in it cannot be used; the first: %s"
                  .formatted(file, bad, bad + good, firstReason));
    }
  }

  private void keep(Set<String> hashes, Lookup lookup) {
    if (!sha1Known && hashes.stream().allMatch(hash -> hash.length() == SHA1_DIGITS)) {
      digestSamples();
    }
    // A SHA-256 says all; two files may have one MD5.
    Set<String> telling =
        hashes.stream().filter(hash -> hash.length() == SHA256_DIGITS).collect(toSet());
    (telling.isEmpty() ? hashes : telling)
        .stream()
            .map(sha256ByHash::get)
            .filter(Objects::nonNull)
            .findFirst()
            .ifPresent(
                sha256 ->
                    bySha256.merge(
                        sha256,
                        lookup,
                        (first, next) ->
                            first instanceof Lookup.Found || !(next instanceof Lookup.Found)
                                ? first
                                : next));
  }

  /** Samples have no SHA-1; few reports name nothing else. */
  private void digestSamples() {
    sha1Known = true;
    for (Sample sample : samples) {
      try {
        sha256ByHash.put(sha1(sample.file()), sample.sha256());
      } catch (IOException e) {
        problems.add(
            "reports that name a SHA-1 alone are not found for %s: %s"
                .formatted(sample.path(), FileReason.of(e)));
      }
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

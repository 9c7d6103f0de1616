package org.malassay.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.malassay.behavior.Origin;
import org.malassay.environment.Evidence;
import org.malassay.environment.Piece;
import org.malassay.features.FeaturePiece;
import org.malassay.features.FeatureSheet;
import org.malassay.features.Features;
import org.malassay.files.Folders;
import org.malassay.files.Line;
import org.malassay.files.Lines;
import org.malassay.files.WholeFile;
import org.malassay.files.WholeFolder;
import org.malassay.options.Option;
import org.malassay.options.Values;
import org.malassay.sample.Corpus.Unread;
import org.malassay.sample.Digest;

/**
 * Everything kept of one run:
 *
 * <pre>
 * run.json       the {@link RunHeader}
 * corpus.jsonl   one {@link CorpusEntry} a line
 * unread.jsonl   one {@link Unread} a line: files of the corpus that could not be read
 * journal.jsonl  one {@link Result} a line, in the order in which samples ended
 * evidence/      one folder a sample and environment, repetition and attempt; its index says what
 *                is in it
 * features/      one folder a sample, with an index too; only where static features were asked for
 * </pre>
 *
 * Reports add files of their own and can be made again from these. When a sample was run again, its
 * last line counts.
 */
public final class RunDirectory {
  public static final Option<Path> OUT =
      Option.of("out", "FOLDER", "target/runs", "the folder of run directories", Values::path);

  private static final String HEADER = "run.json";
  static final String EVIDENCE = "evidence";
  static final String FEATURES = "features";
  private static final String CORPUS = "corpus.jsonl";
  private static final String UNREAD = "unread.jsonl";
  static final String JOURNAL = "journal.jsonl";

  /** What must be there for a run to be read; see above. */
  static final List<String> FILES = List.of(HEADER, CORPUS, UNREAD, JOURNAL);

  /** Lines of the journal that are parsed side by side: one takes much longer than to read it. */
  private static final int AT_ONCE = 256;

  /** In bytes. One start takes some kilobytes. */
  private static final long LONGEST_HEADER = 64L << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // The journal of an earlier version lacks the lists that came later.
          .withConfigOverride(
              List.class, it -> it.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .build();

  /** A record in which something is missing is damaged. */
  private static final ObjectReader WHOLE =
      JSON.reader().with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  private final Path path;
  private final RunHeader header;

  private RunDirectory(Path path, RunHeader header) {
    this.path = path;
    this.header = header;
  }

  /**
   * Makes the directory of a new run in the given folder, and points the link {@code latest} to it.
   * The folder may hold what was unpacked for the run.
   *
   * @throws FileAlreadyExistsException if there is a run of this id
   */
  public static RunDirectory create(Path runs, RunHeader header, Collection<CorpusEntry> corpus)
      throws IOException {
    Path path = Files.createDirectories(runs.resolve(header.id()));
    Files.createFile(path.resolve(JOURNAL));
    RunDirectory run = new RunDirectory(path, header);
    run.describe(corpus);
    Folders.point(runs.resolve("latest"), header.id());
    return run;
  }

  /** What {@link #createWhole} writes besides evidence. */
  record Contents(
      RunHeader header, List<CorpusEntry> corpus, List<Unread> unread, List<Result> results) {}

  /** Writes evidence and features below a folder, and tells the rest. */
  interface Body {
    Contents write(Path fresh) throws IOException;
  }

  /**
   * Makes the directory of a run whose results are known, and points the link {@code latest} to it.
   * Where that fails, nothing is left.
   */
  static RunDirectory createWhole(Path runs, String id, Body body) throws IOException {
    Files.createDirectories(runs);
    WholeFolder.write(
        runs.resolve(id),
        fresh -> {
          Contents contents = body.write(fresh);
          RunDirectory run = new RunDirectory(fresh, contents.header());
          run.writeLines(JOURNAL, contents.results());
          run.writeUnread(contents.unread());
          run.describe(contents.corpus());
        });
    Folders.point(runs.resolve("latest"), id);
    return open(runs.resolve(id));
  }

  /** The header comes last, so that a directory with a header is a complete one. */
  private void describe(Collection<CorpusEntry> corpus) throws IOException {
    writeLines(CORPUS, corpus);
    WholeFile.write(path.resolve(HEADER), (JSON.writeValueAsString(header) + "\n").getBytes(UTF_8));
  }

  private void writeLines(String file, Collection<?> values) throws IOException {
    WholeFile.write(
        path.resolve(file),
        out -> {
          for (Object value : values) {
            // bytes, since a name may hold what an encoder refuses
            out.write(JSON.writeValueAsString(value).getBytes(UTF_8));
            out.write('\n');
          }
        });
  }

  /** Keeps what the last start could not read of the corpus. */
  public void writeUnread(List<Unread> unread) throws IOException {
    writeLines(UNREAD, unread);
  }

  /** Hands over what the last start could not read of the corpus. */
  public void forEachUnread(Consumer<Unread> consumer) throws IOException {
    if (Files.exists(path.resolve(UNREAD))) { // not in a run of an earlier version
      forEachLine(UNREAD, Unread.class, consumer);
    }
  }

  /**
   * Opens the directory of an earlier run.
   *
   * @throws NoSuchFileException if it is not one
   */
  public static RunDirectory open(Path path) throws IOException {
    Path real = path.toRealPath();
    Path file = real.resolve(HEADER);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(
          real.toString(), null, "not the directory of a run: it has no " + HEADER);
    }
    // A run may come from elsewhere: a pipe is never read, and memory has an end.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) > LONGEST_HEADER) {
      throw new FileSystemException(
          real.toString(),
          null,
          "not the directory of a run: its %s is a link, no regular file or larger than %d MiB"
              .formatted(HEADER, LONGEST_HEADER >> 20));
    }
    try {
      RunHeader header = header(JSON.readTree(Files.readAllBytes(file)));
      header.shard(); // is refused here, if at all
      header.sessions().forEach(Session::repeat);
      return new RunDirectory(real, header);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException(file + " is not the header of a run", e);
    }
  }

  private static RunHeader header(JsonNode json) throws IOException {
    if (json instanceof ObjectNode earlier && !json.has("sessions")) {
      // Written by a version that described only the first start, in the place of the list.
      earlier.putArray("sessions").add(earlier.deepCopy());
    }
    if (json instanceof ObjectNode earlier && !json.has("experiment")) {
      earlier.put("experiment", "");
    }
    return WHOLE.treeToValue(json, RunHeader.class);
  }

  /**
   * Adds a start to a run that is continued: afterwards header and corpus describe all its rows,
   * those to come included. To be called with the journal open, so that nobody else writes here.
   *
   * @param corpus what is run now
   * @return the directory with its new header
   */
  public RunDirectory continued(Session session, Collection<CorpusEntry> corpus)
      throws IOException {
    Map<String, Optional<String>> tlsh = new HashMap<>();
    corpus.forEach(entry -> tlsh.put(entry.sha256(), entry.tlsh()));
    Map<String, String> paths = new HashMap<>();
    Set<CorpusEntry> all = new LinkedHashSet<>();
    forEachCorpusEntry(
        entry -> {
          all.add(entry.withTlsh(tlsh.getOrDefault(entry.sha256(), Optional.empty())));
          paths.putIfAbsent(entry.sha256(), entry.path());
        });
    Set<List<String>> known =
        all.stream().map(entry -> List.of(entry.sha256(), entry.path())).collect(toSet());
    for (CorpusEntry entry : corpus) {
      if (known.add(List.of(entry.sha256(), entry.path()))) {
        String first = paths.putIfAbsent(entry.sha256(), entry.path());
        all.add(first == null ? entry : entry.asDuplicateOf(first));
      }
    }
    RunDirectory continued = new RunDirectory(path, header.with(session));
    continued.describe(all);
    return continued;
  }

  /** Where the directory is. */
  public Path path() {
    return path;
  }

  public RunHeader header() {
    return header;
  }

  /**
   * The folder for the evidence of a new attempt at a sample; nothing is made yet. What an earlier
   * attempt left stays where it is. Repetitions have folders of their own, {@code SHA256-r2} for
   * the second one: they may run side by side.
   */
  public Evidence freshEvidence(ResultKey row) {
    return Evidence.fresh(
        path.resolve(EVIDENCE).resolve(row.environment()).resolve(evidenceName(row)));
  }

  /** The name of the folder of the first attempt, with which those of all others begin. */
  static String evidenceName(ResultKey row) {
    return row.sha256() + (row.repetition() == 1 ? "" : "-r" + row.repetition());
  }

  /**
   * The evidence of a row.
   *
   * @throws IOException if the journal names a place outside the folder of evidence
   */
  public Evidence evidence(Result result) throws IOException {
    Path folder = path.resolve(result.evidence()).normalize();
    if (!folder.startsWith(path.resolve(EVIDENCE))) {
      throw new IOException(
          "the evidence of a row of %s is not in its evidence folder: %s"
              .formatted(path, result.evidence()));
    }
    return new Evidence(folder);
  }

  /** Whether static features were made of any sample. */
  public boolean hasFeatures() {
    return Files.isDirectory(path.resolve(FEATURES), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * The folder of a sample's static features, with an index like that of evidence.
   *
   * @throws IOException if that is no SHA-256, as in a journal that somebody has changed
   */
  public Evidence features(String sha256) throws IOException {
    if (!Digest.isSha256(sha256)) {
      throw new IOException("a row of %s has a SHA-256 that is none: %s".formatted(path, sha256));
    }
    return new Evidence(path.resolve(FEATURES).resolve(sha256));
  }

  /** Keeps the static features of a sample, in the place of earlier ones; the numbers come last. */
  public void writeFeatures(String sha256, Features features) throws IOException {
    Evidence folder = features(sha256);
    for (FeaturePiece piece : features.pieces()) {
      folder.write(
          new Piece(piece.name(), piece.title(), piece.mediaType(), Origin.HOST), piece.contents());
    }
    folder.write(
        new Piece(
            FeatureSheet.FILE, "the sample's features in numbers", "application/json", Origin.HOST),
        JSON.writeValueAsBytes(features.sheet()));
  }

  /**
   * The static features of a sample that are numbers; empty where none were made of it.
   *
   * @throws IOException if they cannot be read
   */
  public Optional<FeatureSheet> featureSheet(String sha256) throws IOException {
    Path file = features(sha256).folder().resolve(FeatureSheet.FILE);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(WHOLE.readValue(Files.readAllBytes(file), FeatureSheet.class));
    } catch (JsonProcessingException e) {
      throw new IOException("%s is damaged: remove it".formatted(file), e);
    }
  }

  /** Opens the journal for writing; one writer at a time. */
  public Journal journal() throws IOException {
    return Journal.open(path.resolve(JOURNAL), JSON.writerFor(Result.class));
  }

  /** Hands over every file of the corpus, in its order. */
  public void forEachCorpusEntry(Consumer<CorpusEntry> consumer) throws IOException {
    forEachLine(CORPUS, CorpusEntry.class, consumer);
  }

  private <T> void forEachLine(String name, Class<T> type, Consumer<T> consumer)
      throws IOException {
    Path file = path.resolve(name);
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        try {
          consumer.accept(JSON.readValue(line, type));
        } catch (JsonProcessingException e) {
          throw new IOException("line %d of %s is damaged".formatted(number, file), e);
        }
      }
    }
  }

  /** Hands over the results of {@link #journaled}. */
  public void forEachResult(Consumer<Result> consumer) throws IOException {
    journaled().results().forEach(consumer);
  }

  /** Reads the journal as it is now. */
  public Journaled journaled() throws IOException {
    Map<ResultKey, Result> results = new LinkedHashMap<>();
    List<String> damage = new ArrayList<>();
    try (InputStream in = Files.newInputStream(path.resolve(JOURNAL))) {
      Lines lines = new Lines(in);
      int number = 0;
      for (List<Line> some = lines.next(AT_ONCE); !some.isEmpty(); some = lines.next(AT_ONCE)) {
        List<Optional<Result>> parsed = some.parallelStream().map(this::result).toList();
        for (int i = 0; i < parsed.size(); i++) {
          number++;
          if (parsed.get(i).isPresent()) {
            Result result = parsed.get(i).get();
            ResultKey key = ResultKey.of(result);
            results.remove(key); // the place of a row is that of its last line
            results.put(key, result);
          } else if (some.get(i).ended()) {
            damage.add("line %d of %s is damaged: its row is lost".formatted(number, JOURNAL));
          }
        }
      }
    }
    return new Journaled(List.copyOf(results.values()), damage);
  }

  private Optional<Result> result(Line line) {
    try {
      Optional<Result> result = Optional.ofNullable(WHOLE.readValue(line.bytes(), Result.class));
      if (result.isPresent()) {
        evidence(result.get()); // refuses a path that leads elsewhere
      }
      return result;
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }
}

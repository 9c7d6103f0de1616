package org.malassay.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.malassay.environment.Evidence;

/**
 * Everything kept of one run:
 *
 * <pre>
 * run.json       the {@link RunHeader}
 * corpus.jsonl   one {@link CorpusEntry} a line
 * journal.jsonl  one {@link Result} a line, in the order in which samples ended
 * evidence/      one folder a sample and environment
 * </pre>
 *
 * Reports add files of their own and can be made again from these. When a sample was run again, its
 * last line counts.
 */
public final class RunDirectory {
  private static final String HEADER = "run.json";
  private static final String CORPUS = "corpus.jsonl";
  static final String JOURNAL = "journal.jsonl";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // The journal of an earlier version lacks the lists that came later.
          .withConfigOverride(
              List.class, it -> it.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .build();

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
  public static RunDirectory create(Path runs, RunHeader header, Iterable<CorpusEntry> corpus)
      throws IOException {
    Path path = Files.createDirectories(runs.resolve(header.id()));
    Files.createFile(path.resolve(JOURNAL));
    try (var out = new BufferedOutputStream(Files.newOutputStream(path.resolve(CORPUS)))) {
      for (CorpusEntry entry : corpus) {
        // bytes, since a name may hold what an encoder refuses
        out.write(JSON.writeValueAsString(entry).getBytes(UTF_8));
        out.write('\n');
      }
    }
    // Last, so that a directory with a header is a complete one.
    Files.writeString(path.resolve(HEADER), JSON.writeValueAsString(header) + "\n");
    point(runs.resolve("latest"), header.id());
    return new RunDirectory(path, header);
  }

  private static void point(Path link, String target) throws IOException {
    Path fresh = link.resolveSibling("." + target + ".latest");
    Files.createSymbolicLink(fresh, Path.of(target));
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Opens the directory of an earlier run.
   *
   * @throws NoSuchFileException if it is not one
   */
  public static RunDirectory open(Path path) throws IOException {
    Path real = path.toRealPath();
    if (!Files.exists(real.resolve(HEADER))) {
      throw new NoSuchFileException(
          real.toString(), null, "not the directory of a run: it has no " + HEADER);
    }
    return new RunDirectory(
        real, JSON.readValue(Files.readString(real.resolve(HEADER)), RunHeader.class));
  }

  /** Where the directory is. */
  public Path path() {
    return path;
  }

  public RunHeader header() {
    return header;
  }

  /** The folder of evidence of one sample in one environment; nothing is made yet. */
  public Evidence evidence(String environment, String sha256) {
    return new Evidence(path.resolve("evidence").resolve(environment).resolve(sha256));
  }

  /** Opens the journal for writing; one writer at a time. */
  public Journal journal() throws IOException {
    return Journal.open(path.resolve(JOURNAL), JSON.writerFor(Result.class));
  }

  /** Hands over every file of the corpus, in its order. */
  public void forEachCorpusEntry(Consumer<CorpusEntry> consumer) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(path.resolve(CORPUS), UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        consumer.accept(JSON.readValue(line, CorpusEntry.class));
      }
    }
  }

  /**
   * Hands over one result a sample and environment, the last one where it was run again, one at a
   * time: a run may be larger than memory. The unfinished line of a killed run is passed over.
   */
  public void forEachResult(Consumer<Result> consumer) throws IOException {
    Map<List<String>, Integer> last = new HashMap<>();
    scan((number, result) -> last.put(key(result), number));
    scan(
        (number, result) -> {
          if (Integer.valueOf(number).equals(last.get(key(result)))) {
            consumer.accept(result);
          }
        });
  }

  private static List<String> key(Result result) {
    return List.of(result.environment(), result.sha256());
  }

  private void scan(LineConsumer consumer) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(path.resolve(JOURNAL), UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        Result result;
        try {
          result = JSON.readValue(line, Result.class);
        } catch (JsonProcessingException e) {
          if (lines.readLine() == null) {
            return;
          }
          throw new IOException(
              "%s line %d is not a result: %s"
                  .formatted(path.resolve(JOURNAL), number, e.getOriginalMessage()),
              e);
        }
        consumer.accept(number, result);
      }
    }
  }

  private interface LineConsumer {
    void accept(int number, Result result);
  }
}

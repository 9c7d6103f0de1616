package org.malassay.firmware.survey;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.malassay.files.Folders;
import org.malassay.files.JournalFile;
import org.malassay.files.Line;
import org.malassay.files.Lines;
import org.malassay.files.WholeFile;
import org.malassay.firmware.FirmwareImage;

/**
 * Everything kept of one survey:
 *
 * <pre>
 * survey-run.json  the {@link SurveyHeader}
 * journal.jsonl    one {@link Surveyed} a line, in the order in which images ended
 * journal.lock     empty; locked by the survey that writes the journal
 * </pre>
 *
 * Reports add files of their own and can be made again from these. Where an image was read again,
 * its last line counts. Rows are handed over one at a time: those of thousands of images do not fit
 * into memory.
 */
public final class SurveyDirectory {
  private static final String HEADER = "survey-run.json";
  private static final String JOURNAL = "journal.jsonl";
  private static final String LOCK = "journal.lock";

  /** In bytes. One start takes some kilobytes. */
  private static final long LONGEST_HEADER = 64L << 20;

  private static final int BUFFER = 1 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .withConfigOverride(
              List.class, it -> it.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .withConfigOverride(
              Map.class, it -> it.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .build();

  /** A row in which something is missing is damaged. */
  private static final ObjectReader ROW =
      JSON.readerFor(Surveyed.class).with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  private final Path path;
  private final SurveyHeader header;

  private SurveyDirectory(Path path, SurveyHeader header) {
    this.path = path;
    this.header = header;
  }

  /**
   * Makes the directory of a new survey in the given folder, and points the link {@code latest} to
   * it.
   */
  static SurveyDirectory create(Path surveys, SurveyHeader header) throws IOException {
    Path path = Files.createDirectories(surveys.resolve(header.id()));
    Files.createFile(path.resolve(JOURNAL));
    SurveyDirectory survey = new SurveyDirectory(path, header);
    survey.describe();
    Folders.point(surveys.resolve("latest"), header.id());
    return survey;
  }

  private void describe() throws IOException {
    WholeFile.write(path.resolve(HEADER), (JSON.writeValueAsString(header) + "\n").getBytes(UTF_8));
  }

  /** Whether there is a survey in this folder. */
  public static boolean is(Path folder) {
    return Files.isRegularFile(folder.resolve(HEADER), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Opens the directory of an earlier survey.
   *
   * @throws NoSuchFileException if it is not one
   * @throws IOException if it cannot be read
   */
  public static SurveyDirectory open(Path folder) throws IOException {
    Path real = folder.toRealPath();
    Path file = real.resolve(HEADER);
    if (!is(real) || Files.size(file) > LONGEST_HEADER) {
      throw new NoSuchFileException(
          real.toString(), null, "not the directory of a survey: it has no usable " + HEADER);
    }
    try {
      return new SurveyDirectory(
          real, JSON.readValue(Files.readAllBytes(file), SurveyHeader.class));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not the header of a survey", e);
    }
  }

  /** Adds a start to a survey that is continued. To be called with the journal open. */
  SurveyDirectory continued(SurveyHeader.Session session) throws IOException {
    SurveyDirectory continued = new SurveyDirectory(path, header.with(session));
    continued.describe();
    return continued;
  }

  /** Where the directory is. */
  public Path path() {
    return path;
  }

  public SurveyHeader header() {
    return header;
  }

  /** The writing end of its journal. */
  interface Writer extends AutoCloseable {
    void append(Surveyed row) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Opens the journal for writing; one writer at a time. */
  Writer journal() throws IOException {
    FileChannel lock = lock();
    JournalFile file;
    try {
      file = JournalFile.open(path.resolve(JOURNAL));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
    return new Writer() {
      @Override
      public void append(Surveyed row) throws IOException {
        file.append(List.of(JSON.writeValueAsString(row)));
      }

      @Override
      public void close() throws IOException {
        try (lock) {
          file.close();
        }
      }
    };
  }

  /**
   * Locks a file beside the journal. Linux gives up a lock on a file as soon as its process closes
   * that file anywhere, and rows are read from the journal while it is written.
   */
  private FileChannel lock() throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      @Nullable FileLock lock = channel.tryLock();
      locked = lock != null; // held until the channel is closed
    } catch (OverlappingFileLockException e) {
      // another writer of this process
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    if (!locked) {
      throw new IOException(
          path + " is being written by another run; wait for it, or start one without -Dresume");
    }
    return channel;
  }

  /** What is done with a row. */
  public interface Reader {
    void accept(Surveyed row) throws IOException;
  }

  /**
   * Hands over one row an image, its last one, in the order of their names, which that of the
   * journal is not: it depends on how busy the machine was.
   *
   * @return the lines that are damaged, in words; their rows are lost. The unfinished line of a
   *     killed survey is none
   * @throws IOException if the journal cannot be read, or the reader throws it
   */
  public List<String> forEach(Reader reader) throws IOException {
    return forEachPlace(path.resolve(JOURNAL), (place, row) -> reader.accept(row));
  }

  /** A reader that is told where the row lies. */
  private interface PlaceReader {
    void accept(Place place, Surveyed row) throws IOException;
  }

  private static List<String> forEachPlace(Path file, PlaceReader reader) throws IOException {
    Map<String, Place> last = new TreeMap<>();
    List<String> damage = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      Lines lines = new Lines(in);
      long at = 0;
      int number = 0;
      for (List<Line> one = lines.next(1); !one.isEmpty(); one = lines.next(1)) {
        Line line = one.get(0);
        number++;
        if (line.ended()) {
          Optional<String> name = name(line.bytes());
          if (name.isPresent()) {
            last.put(name.get(), new Place(number, at, line.length()));
          } else {
            damage.add(damaged(number));
          }
        }
        at += line.length() + 1L;
      }
    }
    try (FileChannel channel = FileChannel.open(file)) {
      for (Place place : last.values()) {
        Optional<Surveyed> row = row(bytes(channel, place));
        if (row.isPresent()) {
          reader.accept(place, row.get());
        } else {
          damage.add(damaged(place.number));
        }
      }
    }
    return damage;
  }

  private static String damaged(int number) {
    return "line %d of %s is damaged: its row is lost".formatted(number, JOURNAL);
  }

  /** Where the row of an image lies. */
  record Place(int number, long at, int length) {}

  private static byte[] bytes(FileChannel channel, Place place) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(place.length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, place.at + bytes.position()) < 0) {
        break;
      }
    }
    return bytes.array();
  }

  /** The name of a row's image, read without the rest; empty of what is no row. */
  private static Optional<String> name(byte[] line) {
    try (JsonParser json = JSON.createParser(line)) {
      if (json.nextToken() == JsonToken.START_OBJECT
          && "image".equals(json.nextFieldName())
          && json.nextToken() == JsonToken.START_OBJECT
          && "name".equals(json.nextFieldName())) {
        return Optional.ofNullable(json.nextTextValue());
      }
    } catch (IOException e) {
      // is no JSON
    }
    return Optional.empty();
  }

  private static Optional<Surveyed> row(byte[] line) {
    try {
      return Optional.ofNullable(ROW.readValue(line));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What a continued survey must know of the rows that there are, by the names of their images. */
  Map<String, Brief> briefs() throws IOException {
    Map<String, Brief> briefs = new LinkedHashMap<>();
    List<String> unused = briefs(brief -> briefs.put(brief.image().name(), brief));
    return briefs;
  }

  /** Tells of each row where it lies, and returns the damage; throws as {@link #forEach}. */
  List<String> briefs(Consumer<Brief> to) throws IOException {
    Path file = path.resolve(JOURNAL);
    return forEachPlace(
        file,
        (place, row) ->
            to.accept(
                new Brief(
                    file,
                    place,
                    row.image(),
                    row.modified(),
                    row.size(),
                    row.facts().isPresent(),
                    row.facts().filter(it -> it.sources().isEmpty()).isPresent())));
  }

  /**
   * What must be known of a row as long as it is not read.
   *
   * @param whole whether the image was read
   * @param firmware whether it was, and is no source package
   */
  record Brief(
      Path journal,
      Place place,
      FirmwareImage image,
      long modified,
      long size,
      boolean whole,
      boolean firmware) {
    /** The row itself. */
    Optional<Surveyed> row() throws IOException {
      try (FileChannel channel = FileChannel.open(journal)) {
        return SurveyDirectory.row(bytes(channel, place));
      }
    }
  }
}

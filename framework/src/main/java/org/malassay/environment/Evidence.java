package org.malassay.environment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.files.WholeFile;

/**
 * The folder of evidence of one attempt at a sample in an environment. Names are the tool's own;
 * contents may be hostile and are written as they are, never executable. {@code index.json} says
 * what each piece is. Safe for use by several threads; no two of these write into one folder.
 */
public final class Evidence {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private final Path folder;

  /** Those that are written, in their order; empty until the first is, when the index is read. */
  private final Map<String, Piece> written = new LinkedHashMap<>();

  /** The evidence in this folder, which is made when something is written. */
  public Evidence(Path folder) {
    this.folder = folder;
  }

  /**
   * The evidence of a new attempt, which never sees that of an earlier one: {@code folder} for the
   * first, {@code folder-2} for the second, and so on.
   */
  public static Evidence fresh(Path folder) {
    Path free = folder;
    for (int attempt = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); attempt++) {
      free = folder.resolveSibling(folder.getFileName() + "-" + attempt);
    }
    return new Evidence(free);
  }

  /** Where the evidence lies. */
  public Path folder() {
    return folder;
  }

  /** Where the index lies. */
  public Path indexFile() {
    return folder.resolve(Piece.INDEX);
  }

  /**
   * A piece of evidence that is written as it comes. The folder is made with the first one.
   *
   * @return where it is to be written; the file is there, and empty
   */
  public Path stream(Piece piece) throws IOException {
    return write(piece, new byte[0]);
  }

  /**
   * Writes one piece of evidence, in the place of one of the same name. The folder is made with the
   * first one.
   *
   * @return where it was written
   */
  public synchronized Path write(Piece piece, byte[] contents) throws IOException {
    Path file = folder.resolve(piece.name());
    WholeFile.write(file, contents); // runs that are merged share files: none is written over
    if (written.isEmpty()) {
      index().forEach(earlier -> written.put(earlier.name(), earlier));
    }
    written.remove(piece.name());
    written.put(piece.name(), piece);
    WholeFile.write(indexFile(), JSON.writeValueAsBytes(written.values()));
    return file;
  }

  /**
   * What each piece is, in the order in which they were written last; empty where there is no
   * index, as in a run of an earlier version.
   *
   * @throws IOException if the index cannot be read
   */
  public List<Piece> index() throws IOException {
    Path index = indexFile();
    if (!Files.isRegularFile(index, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try {
      return List.of(JSON.readValue(Files.readAllBytes(index), Piece[].class));
    } catch (JsonProcessingException e) {
      throw new IOException("%s is damaged: remove it".formatted(index), e);
    }
  }
}

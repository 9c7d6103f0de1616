package org.malassay.firmware.survey;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.malassay.files.Folders;
import org.malassay.files.WholeFile;
import org.malassay.firmware.judge.FileCache;
import org.malassay.firmware.judge.FileFinding;
import org.malassay.firmware.judge.ImageJudge;

/**
 * Findings by content, on the disk: a file that a hundred images share is judged once, and not
 * again by the next survey. What cannot be read there is judged anew, and what cannot be written is
 * judged again: no survey depends on it. Safe for use by several threads.
 */
final class FindingCache implements FileCache {
  /** Findings that are kept in memory, too: those of some images. */
  private static final int IN_MEMORY = 20_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder().addModules(new Jdk8Module()).build();
  private static final ObjectReader FINDING = JSON.readerFor(FileFinding.class);

  private final Path folder;
  private final AtomicBoolean writable = new AtomicBoolean(true);
  private final Map<String, FileFinding> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, FileFinding> eldest) {
          return size() > IN_MEMORY;
        }
      };

  /**
   * @param folder of all versions; those of another version of the rules are not used
   */
  FindingCache(Path folder) {
    this.folder = folder.resolve(ImageJudge.VERSION);
  }

  /** In the folder that the user chose, or in his cache. */
  static FindingCache in(Optional<Path> chosen) {
    return new FindingCache(chosen.orElseGet(() -> Folders.cache("firmware")));
  }

  /** The first two digits make a folder: some file systems are slow with very many names in one. */
  private Path file(String sha256) {
    return folder.resolve(sha256.substring(0, 2)).resolve(sha256.substring(2) + ".json");
  }

  @Override
  public Optional<FileFinding> get(String sha256) {
    synchronized (recent) {
      FileFinding known = recent.get(sha256);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<FileFinding> found = read(file(sha256));
    found.ifPresent(it -> remember(sha256, it));
    return found;
  }

  private static Optional<FileFinding> read(Path file) {
    try {
      return Optional.ofNullable(FINDING.readValue(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // damaged, which the next put mends
    }
  }

  @Override
  public void put(String sha256, FileFinding finding) {
    remember(sha256, finding);
    if (!writable.get()) {
      return;
    }
    try {
      WholeFile.write(file(sha256), JSON.writeValueAsBytes(finding));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a finding is a plain record", e);
    } catch (IOException e) {
      writable.set(false); // a full disk, or no rights: it would fail for each of thousands
    }
  }

  private void remember(String sha256, FileFinding finding) {
    synchronized (recent) {
      recent.put(sha256, finding);
    }
  }
}

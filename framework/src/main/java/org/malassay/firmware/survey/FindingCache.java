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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.malassay.files.FileReason;
import org.malassay.files.Folders;
import org.malassay.files.WholeFile;
import org.malassay.firmware.judge.FileCache;
import org.malassay.firmware.judge.FileFinding;
import org.malassay.firmware.judge.ImageJudge;
import org.malassay.sample.SafeText;

/**
 * Findings by content, on the disk: a file that a hundred images share is judged once, and not
 * again by the next survey. What cannot be read there is judged anew, and what cannot be written is
 * judged again: no survey depends on it. Safe for use by several threads.
 */
final class FindingCache implements FileCache {
  /**
   * How much is kept in memory, too, in {@link #weight}: the findings of some images. A thousand
   * take some hundred kilobytes.
   */
  private static final long IN_MEMORY = 200_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder().addModules(new Jdk8Module()).build();
  private static final ObjectReader FINDING = JSON.readerFor(FileFinding.class);

  private final Path folder;
  private final AtomicBoolean writable = new AtomicBoolean(true);
  private final Consumer<String> warnings;
  private final long most;
  private final Map<String, FileFinding> recent = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  /**
   * @param folder of all versions; those of another version of the rules are not used
   * @param most how much is kept in memory
   * @param warnings told once if findings cannot be written
   */
  FindingCache(Path folder, long most, Consumer<String> warnings) {
    this.folder = folder.resolve(ImageJudge.VERSION);
    this.most = most;
    this.warnings = warnings;
  }

  /** In the folder that the user chose, or in his cache. */
  static FindingCache in(Optional<Path> chosen) {
    return new FindingCache(
        chosen.orElseGet(() -> Folders.cache("firmware")), IN_MEMORY, System.err::println);
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
      // A full disk, or no rights: it would fail for each of thousands.
      if (writable.getAndSet(false)) {
        warnings.accept(
            ("warning: findings cannot be kept in %s, and are made again by the next survey: %s;"
                    + " -Dfirmware.cache names another folder")
                .formatted(
                    SafeText.printable(folder.toString()), SafeText.printable(FileReason.of(e))));
      }
    }
  }

  private void remember(String sha256, FileFinding finding) {
    synchronized (recent) {
      FileFinding before = recent.put(sha256, finding);
      weight += weight(finding) - (before == null ? 0 : weight(before));
      Iterator<FileFinding> eldest = recent.values().iterator();
      while (weight > most && eldest.hasNext()) {
        weight -= weight(eldest.next());
        eldest.remove();
      }
    }
  }

  /** By the names that it holds: a program with symbols may have tens of thousands. */
  private static long weight(FileFinding finding) {
    return 10L
        + finding.functions().size()
        + finding.hints().size()
        + finding.kernel().map(it -> it.options().size() + it.marks().size()).orElse(0);
  }
}

package org.malassay.environments.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.malassay.environment.EnvironmentException;
import org.malassay.files.Folders;

/**
 * A folder of folders that take long to make. Each is made once, by one run at a time, and appears
 * whole or not at all.
 */
public final class Cache {
  private static final long RETRY_MS = 100;

  private final Path folder;

  /**
   * @param folder made when it is needed
   */
  public Cache(Path folder) {
    this.folder = folder;
  }

  /**
   * The cache of an environment.
   *
   * @param chosen the folder that the user chose
   * @param environment its name, by which the folder is found otherwise; see {@link Folders#cache}
   */
  public static Cache in(Optional<Path> chosen, String environment) {
    return new Cache(chosen.orElseGet(() -> Folders.cache(environment)));
  }

  /** Fills a new folder. */
  public interface Maker {
    void make(Path folder) throws IOException, EnvironmentException;
  }

  /** A folder, and the digest that its manifest holds. */
  public record Entry(Path folder, String digest) {}

  /** The folder of this name if it is there, complete and unchanged: all of it is read. */
  public Optional<Entry> find(String name, List<String> files) {
    Path place = folder.resolve(name);
    return Manifest.verify(place, files).map(digest -> new Entry(place, digest));
  }

  /**
   * The folder of this name, made when it is not there or not as it was when it was made. It gets
   * its name when it has reached the disk, so that a power cut leaves all of it or nothing.
   *
   * @param files that must be in it, and whose contents make the digest
   * @param bytes that making it takes at most
   */
  public Entry get(String name, List<String> files, long bytes, Maker maker)
      throws IOException, EnvironmentException {
    Optional<Entry> there = find(name, files);
    if (there.isPresent()) {
      return there.get();
    }
    Files.createDirectories(folder);
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      there = find(name, files); // another run may just have made it
      if (there.isPresent() && lock.isValid()) {
        return there.get();
      }
      Path unfinished = folder.resolve(name + ".unfinished");
      Folders.delete(unfinished); // of a run that was killed: the lock was its
      Folders.delete(folder.resolve(name)); // or it would take the room that the new one needs
      requireSpace(bytes);
      Files.createDirectory(unfinished);
      try {
        maker.make(unfinished);
        Manifest.write(unfinished, files);
        Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        Manifest.force(folder);
      } finally {
        Folders.delete(unfinished);
      }
      return find(name, files)
          .orElseThrow(() -> new IOException(folder.resolve(name) + " changed while it was made"));
    }
  }

  private void requireSpace(long bytes) throws IOException {
    long left = Files.getFileStore(folder).getUsableSpace();
    if (left < bytes) {
      throw new IOException(
          "%s has %d MiB left, and %d MiB are needed".formatted(folder, left >> 20, bytes >> 20));
    }
  }

  /** Waits for other processes, and for other threads of this one. */
  private static FileLock lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        try {
          Thread.sleep(RETRY_MS);
        } catch (InterruptedException interrupted) {
          throw Await.interruptedIo(interrupted);
        }
      }
    }
  }
}

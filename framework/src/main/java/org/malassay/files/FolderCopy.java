package org.malassay.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A folder once more, with everything below it. Files on the same file system are linked, since
 * evidence is large and no file of it written over; others are copied. Symbolic links and special
 * files are neither followed nor copied, as they might lead out of the folder. What this user may
 * not read is passed over too.
 */
public final class FolderCopy extends SimpleFileVisitor<Path> {
  private final Path from;
  private final Path to;
  private int passedOver;

  private FolderCopy(Path from, Path to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Copies a folder to a place where nothing is yet; what stands above that is made.
   *
   * @return how many links, special and unreadable files and unreadable folders were passed over
   * @throws FileAlreadyExistsException if something is there
   */
  public static int of(Path from, Path to) throws IOException {
    Files.createDirectories(to.toAbsolutePath().getParent());
    FolderCopy copy = new FolderCopy(from, to);
    Files.walkFileTree(from, copy);
    return copy.passedOver;
  }

  private Path there(Path here) {
    return to.resolve(from.relativize(here).toString());
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
      throws IOException {
    Files.createDirectory(folder.equals(from) ? to : there(folder));
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path unreadable, IOException e) {
    passedOver++;
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!attributes.isRegularFile() || !Files.isReadable(file)) {
      passedOver++;
      return FileVisitResult.CONTINUE;
    }
    try {
      Files.createLink(there(file), file);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) { // such as another file system
      Files.copy(file, there(file));
    }
    return FileVisitResult.CONTINUE;
  }
}

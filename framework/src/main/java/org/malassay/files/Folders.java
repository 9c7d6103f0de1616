package org.malassay.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Folders that come and go. */
public final class Folders {
  private static final String CACHE = "XDG_CACHE_HOME";

  private Folders() {}

  /**
   * Deletes a folder with everything in it; links are deleted, and not followed. Does nothing when
   * it is not there; what somebody else deletes meanwhile is as good as deleted.
   */
  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(folder, new Deleting());
    }
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return goOnAfter(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        return goOnAfter(e);
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }

    private static FileVisitResult goOnAfter(IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  /** Makes a link to a name beside it, in the place of an earlier one. */
  public static void point(Path link, String target) throws IOException {
    Path fresh = link.resolveSibling("." + target + ".latest");
    Files.createSymbolicLink(fresh, Path.of(target));
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The folder in which this user keeps what can be made again: of this name, in {@code
   * ~/.cache/malassay} or below {@code XDG_CACHE_HOME}. A relative path there is ignored, as the
   * XDG Base Directory Specification wants it.
   *
   * @param name may lead through folders
   */
  public static Path cache(String name) {
    return cache(
        Optional.ofNullable(System.getenv(CACHE)), Path.of(System.getProperty("user.home")), name);
  }

  static Path cache(Optional<String> xdg, Path home, String name) {
    return xdg.map(Path::of)
        .filter(Path::isAbsolute)
        .orElseGet(() -> home.resolve(".cache"))
        .resolve("malassay")
        .resolve(name)
        .toAbsolutePath();
  }
}

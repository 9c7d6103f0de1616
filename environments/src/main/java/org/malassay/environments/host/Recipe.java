package org.malassay.environments.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files that something is built from, read from the class path so that they are there in a jar too.
 * Its digest changes when any of them does.
 */
public final class Recipe {
  private final Map<String, byte[]> files;

  private Recipe(Map<String, byte[]> files) {
    this.files = files;
  }

  /**
   * The recipe made of files on the class path.
   *
   * @param resources absolute names
   */
  public static Recipe ofResources(String... resources) {
    Map<String, byte[]> files = new TreeMap<>();
    for (String resource : resources) {
      try (@Nullable InputStream in = Recipe.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException("missing in the build: " + resource);
        }
        files.put(resource.substring(resource.lastIndexOf('/') + 1), in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Recipe(files);
  }

  /**
   * The recipe made of a folder on the class path with everything in it, named as in there.
   *
   * @param resource its absolute name
   */
  public static Recipe ofFolder(String resource) {
    @Nullable URL url = Recipe.class.getResource(resource);
    if (url == null) {
      throw new IllegalStateException("missing in the build: " + resource);
    }
    return ofFolder(url);
  }

  static Recipe ofFolder(URL url) {
    try {
      if (!(url.openConnection() instanceof JarURLConnection jar)) {
        return ofTree(Path.of(url.toURI()));
      }
      try (FileSystem files = FileSystems.newFileSystem(Path.of(jar.getJarFileURL().toURI()))) {
        return ofTree(files.getPath(jar.getEntryName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(url + " is no place", e);
    }
  }

  private static Recipe ofTree(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
      }
    }
    return new Recipe(files);
  }

  /** This recipe with the files of another, which must have other names. */
  public Recipe and(Recipe other) {
    Map<String, byte[]> both = new TreeMap<>(files);
    other.files.forEach(
        (name, bytes) -> {
          if (both.put(name, bytes) != null) {
            throw new IllegalArgumentException("two files named " + name);
          }
        });
    return new Recipe(both);
  }

  /** The same files in a folder of this name. */
  public Recipe in(String folder) {
    Map<String, byte[]> moved = new TreeMap<>();
    files.forEach((name, bytes) -> moved.put(folder + "/" + name, bytes));
    return new Recipe(moved);
  }

  /** The recipe made of these files, by name; a name may lead through folders. */
  public static Recipe ofFiles(Map<String, byte[]> files) {
    return new Recipe(new TreeMap<>(files));
  }

  /** SHA-256 over names, lengths and contents, in hexadecimal. */
  public String digest() {
    MessageDigest digest = Digests.sha256();
    files.forEach(
        (name, bytes) -> {
          digest.update(name.getBytes(UTF_8));
          digest.update((byte) 0);
          digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes.length));
          digest.update(bytes);
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Writes the files into a folder. */
  public void writeTo(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }
}

package org.malassay.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Files that something is built from, read from the class path so that they are there in a jar too.
 * Its digest changes when any of them does.
 */
final class Recipe {
  /** From the folder {@code environments/container}, and the page that every environment serves. */
  static final Recipe IMAGE =
      of(List.of("build-image.sh", "nginx.conf", "/org/malassay/page/index.html"));

  static final Recipe AGENT = of(List.of("agent.c"));

  private final Map<String, byte[]> files;

  private Recipe(Map<String, byte[]> files) {
    this.files = files;
  }

  private static Recipe of(List<String> resources) {
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

  static Recipe ofFiles(Map<String, byte[]> files) {
    return new Recipe(new TreeMap<>(files));
  }

  /** SHA-256 over names, lengths and contents, in hexadecimal. */
  String digest() {
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
  void writeTo(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }
}

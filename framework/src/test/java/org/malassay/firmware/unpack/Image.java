package org.malassay.firmware.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** An image of make-image.sh, by its name: as it is kept in the resources, or made anew. */
record Image(String name) {
  byte[] kept() {
    try (InputStream in = Image.class.getResourceAsStream(name + ".gz")) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name + ".gz");
      }
      return new GZIPInputStream(in).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By Debian's tools. */
  byte[] made(Path folder) throws IOException, InterruptedException {
    Path script = folder.resolve("make-image.sh");
    try (InputStream in = Image.class.getResourceAsStream("make-image.sh")) {
      Files.write(script, in.readAllBytes());
    }
    Path tree = Files.createDirectory(folder.resolve("tree"));
    KnownTree.write(tree);
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder("bash", script.toString(), name, tree.toString(), out.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          "make-image.sh %s failed; are Debian's tools installed that its first lines name? It said: %s"
              .formatted(name, said));
    }
    return Files.readAllBytes(out);
  }
}

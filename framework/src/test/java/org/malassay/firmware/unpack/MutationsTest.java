package org.malassay.firmware.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.net.URISyntaxException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Hostile images of every format: each that there is in the resources, and those that tests make.
 */
@Tag("slow")
class MutationsTest {
  private static final int MUTATIONS = Integer.getInteger("mutations", 10_000);
  private static final String SUFFIX = ".gz";

  @TestFactory
  Stream<DynamicTest> nothingInAnImageBreaksTheReader() throws Exception {
    Map<String, byte[]> images = kept();
    assertThat(images).hasSizeGreaterThan(40);
    images.put("yaffs2", Yaffs2Test.knownTree(2048, ByteOrder.LITTLE_ENDIAN));
    images.put("squashfs 3", SquashFs3Test.knownTree(true, "sqsh", SquashFs3Test::zlib));
    images.put("trx", ContainerTest.trx(1, images.get("gzip"), images.get("squashfs-gzip")));
    return images.entrySet().stream()
        .map(
            image ->
                dynamicTest(
                    image.getKey(),
                    () -> FormatContract.mutate(image.getKey(), image.getValue(), MUTATIONS)));
  }

  private static Map<String, byte[]> kept() throws Exception {
    Map<String, byte[]> images = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder())) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .forEach(name -> images.put(name, new Image(name).kept()));
    }
    return images;
  }

  private static Path folder() throws URISyntaxException {
    return Path.of(Image.class.getResource("make-image.sh").toURI()).getParent();
  }
}

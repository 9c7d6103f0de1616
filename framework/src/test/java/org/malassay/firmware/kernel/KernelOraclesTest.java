package org.malassay.firmware.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What strings of a kernel tell beside the configuration that Debian packs with it: {@code mvn test
 * -pl framework -Dtest=KernelOraclesTest -Dexcluded.tests= -Dkernels=DIR}, a folder with {@code
 * boot} of packages of kernels that are not compressed ({@code linux-image-...-arm64}).
 */
@Tag("checkout")
class KernelOraclesTest {
  private static final Path FOLDER = Path.of(System.getProperty("kernels", "no-kernels-given"));

  @Test
  void stringsTellWhatTheConfigurationSays() throws Exception {
    List<Path> kernels;
    try (Stream<Path> files = Files.list(FOLDER)) {
      kernels =
          files
              .filter(file -> file.getFileName().toString().startsWith("vmlinu"))
              .sorted()
              .toList();
    }
    assertThat(kernels).isNotEmpty();
    Map<String, String> wrong = new TreeMap<>();
    int right = 0;
    for (Path kernel : kernels) {
      KernelFinding told =
          KernelImage.read(Files.readAllBytes(kernel), Optional.empty()).orElseThrow();
      Configuration truth =
          Configuration.read(
                  Files.readString(FOLDER.resolve("config-" + told.version()), ISO_8859_1))
              .orElseThrow();
      for (var option : told.options().entrySet()) {
        String value = truth.value(option.getKey());
        if (value.equals(option.getValue().value())) {
          right++;
        } else {
          wrong.put(kernel.getFileName() + " " + option.getKey(), option.getValue() + ", is " + value);
        }
      }
    }
    System.out.println(right + " options of " + kernels + " told right");
    assertThat(wrong).isEmpty();
    assertThat(right).isGreaterThan(10);
  }
}

package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Recipe;

/**
 * The file that is mounted over {@code /proc/cpuinfo} in the guests of an engine that is no ARM
 * machine: the kernel there tells of the host's processor, and qemu-user before 8.1 passes that on.
 * The file is in a volume of the engine, since a remote engine can mount nothing of this machine.
 * The volume stays for the next run, as the image does.
 *
 * @param path where the engine has it
 */
record ProcessorFile(String path) {
  /** Where it is seen. */
  static final String PLACE = "/proc/cpuinfo";

  private static final String NAME = "cpuinfo";
  private static final int READ_ONLY = 0444;
  private static final Map<String, String> LABELS = Map.of(GuestLabels.KIND, "processor");

  /** What Linux of 32 bits says of a processor that can do what qemu-user does. */
  private static final String PROCESSOR =
      """
      processor	: %d
      model name	: ARMv7 Processor rev 5 (v7l)
      BogoMIPS	: 38.40
      Features	: half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt vfpd32 lpae evtstrm
      CPU implementer	: 0x41
      CPU architecture: 7
      CPU variant	: 0x0
      CPU part	: 0xc07
      CPU revision	: 5

      """;

  private static final String MACHINE =
      """
      Hardware	: Generic DT based system
      Revision	: 0000
      Serial		: 0000000000000000
      """;

  /**
   * Makes it.
   *
   * @param image any that the engine has
   */
  static ProcessorFile in(Engine engine, GuestImage image) throws GuestException {
    byte[] text = text(image.processors()).getBytes(US_ASCII);
    // A name like those that the engine makes up: a guest can see it.
    String volume = Recipe.ofFiles(Map.of(NAME, text)).digest();
    try {
      byte[] tar = GuestImages.tar(Map.of(NAME, text), READ_ONLY);
      return new ProcessorFile(engine.volume(volume, LABELS, image.id(), tar) + "/" + NAME);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  Bind mount() {
    return new Bind(path, new Volume(PLACE), AccessMode.ro);
  }

  static String text(int processors) {
    return IntStream.range(0, processors)
            .mapToObj(PROCESSOR::formatted)
            .collect(Collectors.joining())
        + MACHINE;
  }
}

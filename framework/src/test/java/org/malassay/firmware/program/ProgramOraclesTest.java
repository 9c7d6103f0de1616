package org.malassay.firmware.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.program.ProgramOracles.Agreement;

/**
 * checksec and readelf beside our reader, on this machine's own programs and Debian's libraries for
 * other architectures that the cross compilers come with ({@code -Doracle.folders=DIR:DIR} for
 * others, such as packages that were taken apart; {@code -Doracle.files=} for how many). Debian's
 * packages {@code checksec} and {@code binutils}.
 */
@Tag("slow")
class ProgramOraclesTest {
  private static final List<Path> FOLDERS =
      Arrays.stream(
              System.getProperty(
                      "oracle.folders",
                      "/usr/bin:/usr/sbin:/usr/lib/x86_64-linux-gnu:/usr/arm-linux-gnueabi:"
                          + "/usr/arm-linux-gnueabihf:/usr/aarch64-linux-gnu:/usr/mips-linux-gnu")
                  .split(":"))
          .map(Path::of)
          .toList();

  private static final int MOST = Integer.getInteger("oracle.files", 400);

  /** It starts some thirty processes a file. */
  private static final int MOST_FOR_CHECKSEC = Integer.getInteger("oracle.files", 42);

  private interface Oracle {
    Map<String, String> of(Path file) throws Exception;
  }

  private static Agreement compare(Oracle oracle, int most) throws Exception {
    List<Path> files = ProgramOracles.files(FOLDERS, most);
    assertThat(files).as("ELF files below %s", FOLDERS).hasSizeGreaterThan(20);
    Agreement agreement = new Agreement();
    Map<String, Integer> architectures = new TreeMap<>();
    for (Path file : files) {
      byte[] content = Files.readAllBytes(file);
      ElfFinding ours = ElfProgram.read(content).orElseThrow();
      architectures.merge(ours.architecture(), 1, Integer::sum);
      agreement.add(
          file,
          ours.architecture(),
          oracle.of(file),
          ProgramOracles.ours(ours.mitigations(), false));
    }
    System.out.println(files.size() + " files of " + architectures + "\n" + agreement.table());
    return agreement;
  }

  @Test
  void readelfAgreesOnAllThatBothTell() throws Exception {
    Agreement agreement = compare(ProgramOracles::readelf, MOST);

    assertThat(agreement.disagreements()).isEmpty();
    assertThat(agreement.decided()).isGreaterThan(100);
  }

  @Test
  void checksecAgreesOnAllThatBothTell() throws Exception {
    Agreement agreement = compare(ProgramOracles::checksec, MOST_FOR_CHECKSEC);

    assertThat(agreement.disagreements()).isEmpty();
    assertThat(agreement.decided()).isGreaterThan(100);
  }
}

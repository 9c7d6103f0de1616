package org.malassay.features;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpcodesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "add, add",
    "adds, add",
    "addeq, add",
    "addseq, add",
    "adc.w, adc",
    "b, b",
    "bls, b",
    "blt, b",
    "bleq, bl",
    "blls, bl",
    "blxne, blx",
    "b.eq, b",
    "bics, bic",
    "teq, teq",
    "movs, mov",
    "movvs, mov",
    "lsls, lsl",
    "lslls, lsl",
    "muls, mul",
    "mls, mls",
    "smlal, smlal",
    "smlals, smlal",
    "umullls, umull",
    "ldmibne, ldmib",
    "popne, pop",
    "vadd.f32, vadd",
    "vmovls.f64, vmov",
    "itete, it",
    "it, it",
    "strhhi, strh",
    "svcal, svc",
    "csel, csel"
  })
  void anOpcodeIsKnownWithoutWhatIsSaidOfItBesides(String written, String opcode) {
    assertThat(Opcodes.known(written)).hasValue(opcode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha1c", "s", "eq", "x", "items"})
  void othersAreCountedTogether(String written) {
    assertThat(Opcodes.known(written)).isEmpty();
  }

  private static Features of(byte[] file, Objdump objdump) throws InterruptedException {
    Findings findings = new Findings();
    new Opcodes(objdump).of(Head.of(file), findings);
    return findings.features(Set.of(Part.OPCODES));
  }

  private static Objdump real() {
    Objdump objdump = Objdump.onPath();
    for (InstructionSet set : InstructionSet.values()) {
      assumeThat(objdump.missing(set)).as("objdump, which -Dsetup installs").isEmpty();
    }
    return objdump;
  }

  @Test
  void opcodesOfAProgramForArmAreCounted() throws InterruptedException {
    Features found = of(Made.elf("armel-static-symbols"), real());
    Map<String, Double> numbers = found.sheet().numbers();
    assertThat(found.sheet().missing()).isEmpty();
    assertThat(numbers.get("opcode_svc")).isPositive();
    assertThat(numbers.get("opcodes_arm")).isPositive().isEqualTo(numbers.get("opcodes"));
    assertThat(numbers).containsEntry("opcodes_thumb", 0.0).containsEntry("opcode_fmov", 0.0);
    assertThat(new String(found.pieces().get(0).contents(), US_ASCII))
        .startsWith("instruction_set,opcode,count\r\narm,")
        .contains("arm,svc,");
  }

  @Test
  void opcodesOfAProgramForAarch64AreCounted() throws InterruptedException {
    Map<String, Double> numbers = of(Made.elf("aarch64-dynamic"), real()).sheet().numbers();
    assertThat(numbers.get("opcode_ret")).isPositive();
    assertThat(numbers.get("opcode_stp")).isPositive();
    assertThat(numbers.get("opcodes_a64")).isEqualTo(numbers.get("opcodes"));
  }

  /** Whatever is no instruction is told, and nothing that a program made of noise ends anything. */
  @Test
  void noiseIsDisassembledAsFarAsItGoes() throws InterruptedException {
    byte[] file =
        Made.program(
            4096, List.of(new Made.Segment(Made.EXECUTABLE, 4096, 100_000)), Made.noise(100_000));
    Map<String, Double> numbers = of(file, real()).sheet().numbers();
    assertThat(numbers.get("opcodes_undefined")).isPositive();
    assertThat(numbers.get("opcodes_thumb")).isPositive();
  }

  @Test
  void ofAFileThatIsNoProgramForThemNothingIsSaid() throws InterruptedException {
    assertThat(of("#!/bin/sh\n".getBytes(US_ASCII), real()).sheet().numbers()).isEmpty();
    assertThat(of(Made.elf("mips-static"), real()).sheet().numbers()).isEmpty();
  }

  private Objdump script(String text) throws IOException {
    assumeThat(Path.of("/usr/bin/prlimit")).as("util-linux").exists();
    Path script = folder.resolve("arm-linux-gnueabihf-objdump");
    Files.writeString(script, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return new Objdump(List.of(folder, Path.of("/usr/bin"), Path.of("/bin")));
  }

  private String missing(String text) throws IOException, InterruptedException {
    Features found = of(Made.elf("armel-static-symbols"), script(text));
    assertThat(found.sheet().numbers()).doesNotContainKey("opcodes").containsKey("code_bytes");
    assertThat(found.pieces()).isEmpty();
    return found.sheet().missingInWords();
  }

  @Test
  void anObjdumpThatFailsIsTold() throws Exception {
    assertThat(missing("exit 3")).isEqualTo("opcodes: objdump ended with status 3");
    assertThat(missing("echo x > " + folder.resolve("made")))
        .startsWith("opcodes: objdump ended with status");
    assertThat(folder.resolve("made")).isEmptyFile();
  }

  @Test
  void anObjdumpThatPrintsWithoutEndIsEnded() throws Exception {
    assertThat(missing("while :; do echo '0:\tmov'; done"))
        .isEqualTo("opcodes: objdump printed more than code can need");
    assertThat(missing("cat /dev/zero"))
        .isEqualTo("opcodes: objdump printed more than code can need");
  }

  @Test
  void itSeesNeitherTheSamplesFileNorTheVariablesOfTheRun() throws Exception {
    Path seen = folder.resolve("seen");
    Files.createFile(seen);
    Features found =
        of(
            Made.elf("armel-static-symbols"),
            script(
                "head -c 4 | od -An -tx1 | sed 's/^/0:\\tx/;s/ //g'; printf '0:\\tenv%s\\n' \"$HOME\""));
    assertThat(new String(found.pieces().get(0).contents(), US_ASCII))
        .contains("arm,env,1")
        .doesNotContain("x7f454c46");
  }

  @Test
  void itsVersionIsPartOfTheRunsDescription() throws IOException {
    assertThat(script("echo 'GNU objdump 2.40'; echo more").version()).hasValue("GNU objdump 2.40");
    assertThat(new Objdump(List.of(folder.resolve("none"))).version()).isEmpty();
  }

  @Test
  void aMachineWithoutItIsTold() throws InterruptedException {
    assertThat(of(Made.elf("armel-static"), new Objdump(List.of(folder))).sheet().missingInWords())
        .isEqualTo("opcodes: there is no arm-linux-gnueabihf-objdump (-Dsetup installs it)");
  }
}

package org.malassay.firmware.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Mitigations.Pie;
import org.malassay.firmware.Mitigations.Relro;

/**
 * The test files of FACT (fkie-cad/FACT_core) with what its own tests expect of them: {@code mvn
 * test -pl framework -Dtest=FactMitigationsTest -Dexcluded.tests= -Dfact.data=DIR}, the folder
 * src/plugins/analysis/exploit_mitigations/test/data of a checkout.
 */
@Tag("checkout")
class FactMitigationsTest {
  private static final Path FOLDER = Path.of(System.getProperty("fact.data", "no-fact.data-given"));

  private static Mitigations of(String name) throws Exception {
    return ElfProgram.read(Files.readAllBytes(FOLDER.resolve(name))).orElseThrow().mitigations();
  }

  @Test
  void anOrdinaryProgramIsToldAsThere() throws Exception {
    Mitigations told = of("Hallo.out");

    assertThat(told.canary()).isEqualTo(Answer.NO);
    assertThat(told.cfi()).isEqualTo(Answer.NO);
    assertThat(told.nx()).isEqualTo(Answer.YES);
    assertThat(told.pie()).isEqualTo(Pie.YES);
    assertThat(told.relro()).isEqualTo(Relro.FULL);
    assertThat(told.rpath()).isEqualTo(Answer.NO);
    assertThat(told.runpath()).isEqualTo(Answer.NO);
    assertThat(told.stripped()).isEqualTo(Answer.NO);
  }

  @Test
  void eachOtherFileHasWhatItIsNamedFor() throws Exception {
    assertThat(of("Hallo.o").pie()).isEqualTo(Pie.OBJECT);
    assertThat(of("Hallo.so").pie()).isEqualTo(Pie.LIBRARY);
    assertThat(of("Hallo.so").relro()).isEqualTo(Relro.PARTIAL);
    assertThat(of("Hallo_no_pie").pie()).isEqualTo(Pie.NO);
    assertThat(of("Hallo_Canary").canary()).isEqualTo(Answer.YES);
    assertThat(of("Hallo_rpath").rpath()).isEqualTo(Answer.YES);
    assertThat(of("Hallo_runpath").runpath()).isEqualTo(Answer.YES);
    assertThat(of("Hallo_stripped").stripped()).isEqualTo(Answer.YES);
  }
}

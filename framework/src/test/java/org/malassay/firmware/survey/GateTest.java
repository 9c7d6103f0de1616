package org.malassay.firmware.survey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.malassay.firmware.survey.MadeUpImages.facts;
import static org.malassay.firmware.survey.MadeUpImages.mitigations;
import static org.malassay.firmware.survey.MadeUpImages.part;
import static org.malassay.firmware.survey.MadeUpImages.program;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Mitigations.Pie;
import org.malassay.firmware.Mitigations.Relro;
import org.malassay.firmware.Part;
import org.malassay.firmware.Program;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

class GateTest {
  private static final FirmwareImage IMAGE =
      new FirmwareImage("a.bin", Path.of("a.bin"), "", "", "", Optional.empty());
  private static final Mitigations STRONG =
      mitigations(Answer.YES, Pie.YES, Relro.FULL, Answer.YES);
  private static final Mitigations WEAK = mitigations(Answer.NO, Pie.NO, Relro.PARTIAL, Answer.NO);
  private static final Mitigations UNTOLD =
      mitigations(Answer.UNKNOWN, Pie.UNKNOWN, Relro.UNKNOWN, Answer.UNKNOWN);

  private static List<Requirement> required(String names) {
    return Options.of(Map.of("firmware.require", names)).get(SurveyOptions.REQUIRE);
  }

  @Test
  void eachFileThatLacksSomethingIsNamedWithWhatItLacks() {
    ImageFacts facts =
        facts(
            IMAGE,
            program("/bin/strong", "1".repeat(64), STRONG),
            program("/bin/we\nak", "2".repeat(64), WEAK));
    assertThat(new Gate(required("nx,pie,relro,canary")).violations(facts))
        .containsExactly("/bin/we\\nak: nx, pie, relro, canary");
    assertThat(new Gate(required("partial-relro, no-rpath")).violations(facts)).isEmpty();
  }

  @Test
  void whatCannotBeToldPassesAndIsCounted() {
    ImageFacts facts = facts(IMAGE, program("/bin/static", "3".repeat(64), UNTOLD));
    Gate gate = new Gate(required("nx,pie,relro"));
    assertThat(gate.violations(facts)).isEmpty();
    assertThat(gate.untold(facts)).isEqualTo(3);
  }

  /** A gate that an encrypted image passes protects nothing. */
  @Test
  void anImageWithoutProgramsBreaksAGateAndNoGateIsBrokenByNothing() {
    assertThat(new Gate(required("nx")).violations(facts(IMAGE)))
        .containsExactly("no program was found in it, so that none can have what is required");
    assertThat(new Gate(List.of()).violations(facts(IMAGE))).isEmpty();
  }

  @Test
  void whatNobodyUnderstandsAndWhatIsCutBreaksAGate() {
    Program strong = program("/bin/a", "1".repeat(64), STRONG);
    assertThat(
            new Gate(required("nx"))
                .violations(
                    facts(
                        IMAGE,
                        List.of(part(Part.State.READ), part(Part.State.ENCRYPTED)),
                        List.of(),
                        strong)))
        .containsExactly(
            "not all of it was read, and what was not may lack anything: 100 bytes of it nobody"
                + " understands");
    assertThat(
            new Gate(required("nx"))
                .violations(facts(IMAGE, List.of(part(Part.State.CUT)), List.of(), strong)))
        .containsExactly(
            "not all of it was read, and what was not may lack anything: 0 bytes of it nobody"
                + " understands, and parts are cut");
  }

  @Test
  void modulesAreNoPrograms() {
    Program module =
        new Program(
            "/lib/modules/a.ko", "4".repeat(64), 1, "", "ARM", "module", WEAK, Optional.empty());
    assertThat(
            new Gate(required("nx"))
                .violations(facts(IMAGE, module, program("/bin/a", "1".repeat(64), STRONG))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "YES, YES",
    "STATIC_PIE, YES",
    "NO, NO",
    "LIBRARY, NOT_APPLICABLE",
    "OBJECT, NOT_APPLICABLE",
    "UNKNOWN, UNKNOWN"
  })
  void aLibraryNeedsNoPie(Pie pie, Answer answer) {
    assertThat(Requirement.PIE.of(mitigations(Answer.YES, pie, Relro.FULL, Answer.YES)))
        .isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({"FULL, YES, YES", "PARTIAL, NO, YES", "NONE, NO, NO", "UNKNOWN, UNKNOWN, UNKNOWN"})
  void relroIsFullUnlessPartialIsEnough(Relro relro, Answer full, Answer partial) {
    Mitigations its = mitigations(Answer.YES, Pie.YES, relro, Answer.YES);
    assertThat(Requirement.RELRO.of(its)).isEqualTo(full);
    assertThat(Requirement.PARTIAL_RELRO.of(its)).isEqualTo(partial);
  }

  @Test
  void aRequirementThatIsNotThereIsNamedWithThoseThatAre() {
    assertThatThrownBy(() -> required("nx,pic"))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("there is no requirement pic; there is: nx, pie, relro");
  }
}

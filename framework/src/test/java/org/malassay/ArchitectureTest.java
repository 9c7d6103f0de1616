package org.malassay;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.malassay.report.Report;

/** The walls of the framework: of every package of this module. */
class ArchitectureTest {
  private static final JavaClasses FRAMEWORK =
      new ClassFileImporter()
          .importUrl(Report.class.getProtectionDomain().getCodeSource().getLocation());

  private static final Set<String> PACKAGES =
      FRAMEWORK.stream().map(JavaClass::getPackageName).collect(toSet());

  @Test
  void noPackageIsLeftOut() throws Exception {
    Path sources = Path.of("src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      assertThat(
              files
                  .filter(file -> file.toString().endsWith(".java"))
                  .filter(file -> !file.endsWith("package-info.java"))
                  .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
                  .collect(toSet()))
          .contains("org.malassay.run", "org.malassay.label")
          .isEqualTo(PACKAGES);
    }
  }

  /** The first step of each package's name: a room may have rooms of its own. */
  private static final Set<String> TOP =
      PACKAGES.stream().map(name -> name.split("\\.")[2]).collect(toSet());

  /** Ground first: none knows one that stands after it. */
  private static final List<String> ROOMS =
      List.of(
          "options",
          "files",
          "elf",
          "profile",
          "behavior",
          "sample",
          "features",
          "firmware",
          "environment",
          "verdict",
          "label",
          "score",
          "infection",
          "run",
          "report",
          "experiment");

  @Test
  void theMapOfTheReadmeIsTheCodes() throws Exception {
    assertThat(
            Pattern.compile("(?m)^\\| `([a-z]+)` \\|")
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(row -> row.group(1)))
        .containsExactlyInAnyOrderElementsOf(TOP);
  }

  @Test
  void noRoomKnowsOneThatStandsAfterIt() {
    assertThat(ROOMS).containsExactlyInAnyOrderElementsOf(TOP);
    for (int i = 0; i + 1 < ROOMS.size(); i++) {
      String[] after =
          ROOMS.stream().skip(i + 1L).map("org.malassay.%s.."::formatted).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("org.malassay." + ROOMS.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(after)
          .check(FRAMEWORK);
    }
  }

  /** They are functions of a sample's bytes, whatever the run. */
  @Test
  void featuresKnowSamplesElfFilesAndOptionsAlone() {
    classes()
        .that()
        .resideInAPackage("org.malassay.features")
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("org.malassay.."))
                .or(
                    resideInAnyPackage(
                        "org.malassay.features",
                        "org.malassay.sample",
                        "org.malassay.elf",
                        "org.malassay.options")))
        .check(FRAMEWORK);
  }

  /** One reader for the whole house, which asks nothing of it. */
  @Test
  void theReaderOfElfFilesKnowsNoOtherRoom() {
    classes()
        .that()
        .resideInAPackage("org.malassay.elf")
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("org.malassay..")).or(resideInAPackage("org.malassay.elf")))
        .check(FRAMEWORK);
  }

  /** What a service's files tell, nobody has to run. */
  @Test
  void profilesStandOnTheReaderOfElfFilesAlone() {
    classes()
        .that()
        .resideInAPackage("org.malassay.profile")
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("org.malassay.."))
                .or(
                    resideInAnyPackage(
                        "org.malassay.profile", "org.malassay.elf", "org.malassay.files")))
        .check(FRAMEWORK);
  }

  /** What reads firmware is independent of guests, and of what runs in them. */
  @Test
  void firmwareStandsOnTheReadersAlone() {
    classes()
        .that()
        .resideInAPackage("org.malassay.firmware..")
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("org.malassay.."))
                .or(
                    resideInAnyPackage(
                        "org.malassay.firmware..",
                        "org.malassay.elf",
                        "org.malassay.files",
                        "org.malassay.features",
                        "org.malassay.options",
                        "org.malassay.sample")))
        .check(FRAMEWORK);
  }

  @Test
  void theRoomsOfFirmwareAreFreeOfCycles() {
    slices().matching("org.malassay.firmware.(*)..").should().beFreeOfCycles().check(FRAMEWORK);
    noClasses()
        .that()
        .resideInAPackage("org.malassay.firmware")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.malassay.firmware.*..")
        .as("the records know none of the rooms that make them")
        .check(FRAMEWORK);
  }

  @Test
  void noProcessIsStartedButTheDisassembler() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Objdump")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ProcessBuilder.class, Process.class)
        .check(FRAMEWORK);
  }

  @Test
  void theFrameworkKnowsNoPlaceAndNoReportFormat() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.malassay..")
                .and(not(resideInAnyPackage(PACKAGES.toArray(String[]::new)))))
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("org.testcontainers..", "com.github.dockerjava..", "io.qameta..")
        .check(FRAMEWORK);
  }

  /** What chose an emulator makes of its words what the framework knows. */
  @Test
  void noSourceOrTableNamesAnEmulator() throws Exception {
    try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
      assertThat(files.filter(Files::isRegularFile))
          .hasSizeGreaterThan(100)
          .allSatisfy(
              file -> assertThat(Files.readString(file)).doesNotContainIgnoringCase("qemu"));
    }
  }

  @Test
  void dataFlowsOneWay() {
    slices().matching("org.malassay.(*)..").should().beFreeOfCycles().check(FRAMEWORK);
  }

  @Test
  void onlyTheExperimentKnowsJUnitAndAssertJ() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.malassay.experiment")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.junit..", "org.assertj..")
        .check(FRAMEWORK);
  }

  @Test
  void nothingIsKeptInStaticState() {
    fields().that().areStatic().should().beFinal().check(FRAMEWORK);
  }

  @Test
  void publicClassesAreFinalOrMadeToBeImplemented() {
    classes()
        .that()
        .arePublic()
        .and()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(FRAMEWORK);
  }
}

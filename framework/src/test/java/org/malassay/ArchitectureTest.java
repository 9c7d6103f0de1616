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
import java.util.Set;
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

package org.malassay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls of the framework. */
class ArchitectureTest {
  private static final JavaClasses FRAMEWORK =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.malassay");

  @Test
  void theFrameworkKnowsNoPlaceAndNoReportFormat() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.testcontainers..",
            "com.github.dockerjava..",
            "io.qameta..",
            "org.malassay.container..",
            "org.malassay.reports..",
            "org.malassay.experiments..")
        .check(FRAMEWORK);
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

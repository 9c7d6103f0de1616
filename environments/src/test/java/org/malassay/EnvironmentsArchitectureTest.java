package org.malassay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.malassay.environment.EnvironmentProvider;

/** The walls of the environments. */
class EnvironmentsArchitectureTest {
  private static final JavaClasses CONTAINER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.malassay.container");

  @Test
  void anEnvironmentKnowsNeitherReportsNorStudiesNorTestFrameworks() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.malassay.reports..",
            "org.malassay.experiments..",
            "org.malassay.experiment..",
            "org.malassay.label..",
            "org.malassay.verdict..",
            "org.malassay.run..",
            "org.junit..",
            "io.qameta..")
        .check(CONTAINER);
  }

  @Test
  void onlyItsProviderIsSeenFromOutside() {
    classes()
        .that()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .should()
        .beAssignableTo(EnvironmentProvider.class)
        .check(CONTAINER);
  }

  @Test
  void onlyTheEngineKnowsWhichClassesOfTestcontainersSpeakToDocker() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Engine")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.testcontainers..")
        .check(CONTAINER);
  }

  @Test
  void nothingIsKeptInStaticState() {
    fields().that().areStatic().should().beFinal().check(CONTAINER);
  }
}

package org.malassay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.environment.EnvironmentProvider;

/** The walls of the environments. */
class EnvironmentsArchitectureTest {
  private static final JavaClasses ENVIRONMENTS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.malassay.container", "org.malassay.raspbian", "org.malassay.guest");

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
        .check(ENVIRONMENTS);
  }

  @Test
  void onlyItsProviderIsSeenFromOutside() {
    classes()
        .that()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .and()
        .resideOutsideOfPackages(
            "org.malassay.guest", "org.malassay.qemu") // what the environments share
        .should()
        .beAssignableTo(EnvironmentProvider.class)
        .check(ENVIRONMENTS);
  }

  @Test
  void environmentsDoNotKnowEachOtherNorDoesWhatTheyShareKnowThem() {
    List<String> environments =
        List.of("org.malassay.container", "org.malassay.raspbian", "org.malassay.unikernel");
    for (String environment : environments) {
      noClasses()
          .that()
          .resideInAPackage("org.malassay..")
          .and()
          .resideOutsideOfPackage(environment)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(environment)
          .check(ENVIRONMENTS);
    }
    noClasses()
        .that()
        .resideInAPackage("org.malassay.guest")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.malassay.qemu")
        .check(ENVIRONMENTS);
  }

  @Test
  void onlyTheEngineKnowsWhichClassesOfTestcontainersSpeakToDocker() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Engine")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.testcontainers..")
        .check(ENVIRONMENTS);
  }

  @Test
  void nothingIsKeptInStaticState() {
    fields().that().areStatic().should().beFinal().check(ENVIRONMENTS);
  }
}

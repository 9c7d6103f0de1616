package org.malassay.reports;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Evidence;
import org.malassay.report.Report;

/** The walls of this room. */
class ArchitectureTest {
  private final JavaClasses reports =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.malassay.reports");

  @Test
  void reportsKnowWhatWasFoundAndNothingOfHow() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.malassay.environment").and(not(type(Evidence.class))))
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.malassay.environments..",
            "org.malassay.experiment..",
            "org.malassay.experiments..",
            "org.testcontainers..",
            "com.github.dockerjava..",
            "org.junit..")
        .check(reports);
  }

  @Test
  void formatsDoNotKnowOneAnother() {
    slices()
        .matching("org.malassay.reports.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(alwaysTrue(), resideInAPackage("org.malassay.reports.writing"))
        .check(reports);
  }

  @Test
  void ofAFormatOnlyTheReportIsPublic() {
    classes()
        .that(not(assignableTo(Report.class)))
        .and()
        .resideOutsideOfPackage("org.malassay.reports.writing")
        .should()
        .notBePublic()
        .check(reports);
  }
}

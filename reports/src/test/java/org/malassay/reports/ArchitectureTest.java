package org.malassay.reports;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Evidence;
import org.malassay.environment.Libraries;
import org.malassay.environment.Piece;
import org.malassay.environment.Variant;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.report.Report;
import org.malassay.reports.csv.ResultsReport;
import org.malassay.reports.writing.Html;

/** The walls of this room. */
class ArchitectureTest {
  /** What templates fill in, which are classes of another package. */
  private static final DescribedPredicate<JavaClass> FILLED_IN =
      DescribedPredicate.describe(
          "are filled into a template",
          type ->
              type.isRecord()
                  && type.getPackageName().matches("org\\.malassay\\.reports\\.(html|firmware)"));

  /** What formats share. */
  private static final String[] SHARED = {
    "org.malassay.reports.writing", "org.malassay.reports.comparison", "org.malassay.reports.charts"
  };

  /** Without the templates, which the build turns into classes. */
  private final JavaClasses reports =
      new ClassFileImporter()
          .importUrl(ResultsReport.class.getProtectionDomain().getCodeSource().getLocation())
          .that(not(resideInAPackage("org.malassay.reports.templates..")));

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
          .contains("org.malassay.reports.csv")
          .isEqualTo(reports.stream().map(JavaClass::getPackageName).collect(toSet()));
    }
  }

  @Test
  void theMapOfTheReadmeIsTheCodes() throws Exception {
    assertThat(
            Pattern.compile("(?m)^ +(?:\\||\\+->) +([a-z]+) {2,}")
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(line -> "org.malassay.reports." + line.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            reports.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(ArchitectureTest.class.getPackageName()))
                .collect(toSet()));
  }

  @Test
  void reportsKnowWhatWasFoundAndNothingOfHow() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.malassay..")
                .and(
                    not(
                        resideInAnyPackage(
                            "org.malassay.reports..",
                            "org.malassay.options",
                            "org.malassay.files",
                            "org.malassay.elf",
                            "org.malassay.firmware..",
                            "org.malassay.report",
                            "org.malassay.run",
                            "org.malassay.behavior",
                            "org.malassay.verdict",
                            "org.malassay.label",
                            "org.malassay.score",
                            "org.malassay.infection",
                            "org.malassay.sample",
                            "org.malassay.features")))
                .and(not(type(Evidence.class)))
                .and(not(type(Libraries.class)))
                .and(not(type(Piece.class)))
                .and(not(type(Variant.class))))
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("org.testcontainers..", "com.github.dockerjava..", "org.junit..")
        .check(reports);
  }

  @Test
  void theTemplateEngineIsHtmlsOwnAffair() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Html.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("gg.jte..")
        .check(reports);
  }

  @Test
  void formatsDoNotKnowOneAnother() {
    slices()
        .matching("org.malassay.reports.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(alwaysTrue(), resideInAnyPackage(SHARED))
        .check(reports);
  }

  @Test
  void ofAFormatOnlyTheReportIsPublic() {
    classes()
        .that(not(assignableTo(Report.class)))
        .and(not(assignableTo(SurveyReport.class)))
        .and(not(type(Remake.class)))
        .and()
        .resideOutsideOfPackages(SHARED)
        .and(not(FILLED_IN))
        .should()
        .notBePublic()
        .check(reports);
  }
}

package org.malassay.environments;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environments.container.ContainerProvider;
import org.malassay.sample.Sample;

/** The walls of the environments: of every package of this module, by whatever name. */
class EnvironmentsArchitectureTest {
  private static final JavaClasses ENVIRONMENTS =
      new ClassFileImporter()
          .importUrl(ContainerProvider.class.getProtectionDomain().getCodeSource().getLocation());

  /** The rooms of environments/README.md: none knows one that stands after it. */
  private static final List<String> ROOMS =
      List.of(
          "host",
          "agent",
          "login",
          "web",
          "tracing",
          "internet",
          "libraries",
          "defence",
          "qemu",
          "machine",
          "raspbian",
          "container",
          "unikernel");

  private static String packageOf(String room) {
    return "org.malassay.environments." + room;
  }

  /** An environment is where its provider is; the other packages are what environments share. */
  private static Set<String> environments() {
    return ENVIRONMENTS.that(assignableTo(EnvironmentProvider.class)).stream()
        .map(JavaClass::getPackageName)
        .collect(toSet());
  }

  @Test
  void noPackageIsLeftOut() throws Exception {
    Path sources = Path.of("src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      Set<String> packages =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("package-info.java"))
              .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
              .collect(toSet());
      assertThat(packages)
          .isEqualTo(ROOMS.stream().map(EnvironmentsArchitectureTest::packageOf).collect(toSet()))
          .isEqualTo(ENVIRONMENTS.stream().map(JavaClass::getPackageName).collect(toSet()));
    }
    assertThat(environments())
        .containsExactlyInAnyOrder(
            "org.malassay.environments.container",
            "org.malassay.environments.raspbian",
            "org.malassay.environments.unikernel");
  }

  @Test
  void theMapOfTheReadmeIsTheCodes() throws Exception {
    assertThat(
            Pattern.compile("(?m)^    ([a-z]+) {2,}")
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(line -> line.group(1)))
        .containsExactlyElementsOf(ROOMS);
  }

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
            "org.malassay.report..",
            "org.junit..",
            "io.qameta..")
        .check(ENVIRONMENTS);
  }

  /** A file may have changed since it was hashed: what is delivered is hashed as it goes by. */
  @Test
  void aSampleIsReadNowhereButThroughTheStreamThatHashesIt() {
    noClasses().should().callMethod(Sample.class, "file").check(ENVIRONMENTS);
  }

  @Test
  void onlyItsProviderIsSeenFromOutside() {
    classes()
        .that()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .and()
        .resideInAnyPackage(environments().toArray(String[]::new))
        .should()
        .beAssignableTo(EnvironmentProvider.class)
        .check(ENVIRONMENTS);
  }

  @Test
  void environmentsDoNotKnowEachOtherNorDoesWhatTheyShareKnowThem() {
    for (String environment : environments()) {
      noClasses()
          .that()
          .resideOutsideOfPackage(environment)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(environment)
          .check(ENVIRONMENTS);
    }
  }

  @Test
  void noRoomKnowsOneThatStandsAfterIt() {
    for (int i = 0; i < ROOMS.size(); i++) {
      String[] after =
          ROOMS.subList(i + 1, ROOMS.size()).stream()
              .map(EnvironmentsArchitectureTest::packageOf)
              .toArray(String[]::new);
      if (after.length > 0) {
        noClasses()
            .that()
            .resideInAPackage(packageOf(ROOMS.get(i)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(after)
            .check(ENVIRONMENTS);
      }
    }
  }

  /** Recipes and scripts: what several environments are made of is in a folder of its own. */
  @Test
  void noEnvironmentReadsTheFolderOfAnother() throws Exception {
    Pattern folder = Pattern.compile("(?:/org/malassay/environments/|\\.\\./)([a-z]+)[/\"-]");
    for (String name : List.of("container", "raspbian", "unikernel")) {
      List<String> others = new ArrayList<>(List.of("container", "raspbian", "unikernel"));
      others.remove(name);
      for (String place :
          List.of(name, name + "-linux", "src/main/java/org/malassay/environments/" + name)) {
        for (Path file : filesIn(Path.of(place))) {
          assertThat(folder.matcher(Files.readString(file)).results().map(it -> it.group(1)))
              .as(file.toString())
              .doesNotContainAnyElementsOf(others);
        }
      }
    }
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().matches(".*\\.(java|sh|c|h|S|ld)")).toList();
    }
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

  /** What lies in another's jar under a name of its own can be gone with the next version. */
  @Test
  void nobodyUsesWhatAnotherHasPackedIntoItself() {
    noClasses().should().dependOnClassesThat().resideInAPackage("..shaded..").check(ENVIRONMENTS);
  }

  @Test
  void nothingIsKeptInStaticState() {
    fields().that().areStatic().should().beFinal().check(ENVIRONMENTS);
  }
}

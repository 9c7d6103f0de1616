package org.malassay.reports.allure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which run {@code mvn allure:report} shows. */
class AllureCommandTest {

  @Test
  void theCommandShowsThatRunWhateverItsFolder() {
    String before = System.getProperty("malassay.root");
    System.setProperty("malassay.root", "/checkout");
    try {
      assertThat(new AllureReport().command(Path.of("/runs/1/allure-results")))
          .contains("mvn allure:report -Dallure.results.directory=/runs/1/allure-results");
      assertThat(new AllureReport().command(Path.of("/my runs/it's 日本")))
          .contains("mvn allure:report -Dallure.results.directory='/my runs/it'\\''s 日本'");
    } finally {
      if (before == null) {
        System.clearProperty("malassay.root");
      } else {
        System.setProperty("malassay.root", before);
      }
    }
  }

  @Test
  void mavenLooksForTheRunWhereOutSays(@TempDir Path elsewhere) throws Exception {
    Files.createDirectories(elsewhere.resolve("latest/allure-results"));
    Path root = Path.of("").toAbsolutePath().getParent();
    Path relative = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "out");
    Files.createDirectories(relative.resolve("latest"));

    assertThat(resultsDirectory(Map.of())).isEqualTo("/the/root/target/runs/latest/allure-results");
    assertThat(resultsDirectory(Map.of("out", elsewhere.toString())))
        .isEqualTo(elsewhere + "/latest/allure-results");
    String within = root.relativize(relative.toAbsolutePath()).toString();
    assertThat(resultsDirectory(Map.of("out", within)))
        .isEqualTo("/the/root/" + within + "/latest/allure-results");
    assertThat(resultsDirectory(Map.of("out", "no/run/here")))
        .as("which Allure says it has not found")
        .isEqualTo("no/run/here/latest/allure-results");
  }

  /** By Maven's own reading of the module's POM. */
  private static String resultsDirectory(Map<String, String> given) throws Exception {
    Properties user = new Properties();
    user.putAll(given);
    user.setProperty("maven.multiModuleProjectDirectory", "/the/root");
    Properties system = new Properties();
    system.setProperty("java.version", "17");
    return new DefaultModelBuilderFactory()
        .newInstance()
        .build(
            new DefaultModelBuildingRequest()
                .setPomFile(new File("pom.xml").getAbsoluteFile())
                .setUserProperties(user)
                .setSystemProperties(system)
                .setTwoPhaseBuilding(true)) // the second is about dependencies
        .getEffectiveModel()
        .getProperties()
        .getProperty("allure.results.directory");
  }
}

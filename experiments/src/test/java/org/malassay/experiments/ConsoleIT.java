package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Maven, and nothing but Maven, shows of what a user does wrong. */
@Tag("guest")
class ConsoleIT {
  @TempDir Path project;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -Denv=contaner                             | -Denv=contaner: there is no such environment
          -Denv=container -Dsamples=/nonexistent     | -Dsamples=/nonexistent does not exist
          -Denv=container -Dtime.limit=soon          | -Dtime.limit=soon: not a duration
          -Denv=container -Dexpect=/nonexistent      | -Dexpect=/nonexistent: cannot be read
          """)
  void aMistakeIsToldOnceAndWithoutAStackTrace(String options, String message) throws Exception {
    String console = surefire(options.split(" +"));

    assertThat(console)
        .containsOnlyOnce(message)
        .doesNotContainPattern("(?m)^\\s+at ")
        .doesNotContain("OptionException", "Caused by", "SLF4J");
  }

  /** The main job's own Surefire with the main job's own settings, on the classes of this test. */
  private String surefire(String... options) throws Exception {
    String root = Files.readString(SampleSources.ROOT.resolve("pom.xml"));
    String version = first("maven-surefire-plugin</artifactId>\\s*<version>(.*?)</version>", root);
    String experiments = Files.readString(SampleSources.ROOT.resolve("experiments/pom.xml"));
    String settings =
        first(
            "maven-surefire-plugin</artifactId>\\s*<configuration>(.*?)</configuration>",
            experiments);
    String properties = first("<id>experiments</id>.*?<properties>(.*?)</properties>", experiments);
    Path classes =
        Path.of(ConsoleIT.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String others =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(element -> !Path.of(element).equals(classes))
            .map("<additionalClasspathElement>%s</additionalClasspathElement>"::formatted)
            .collect(Collectors.joining());
    Files.writeString(
        project.resolve("pom.xml"),
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>org.malassay</groupId>
          <artifactId>console</artifactId>
          <version>1</version>
          <properties>
            %s
          </properties>
          <dependencies>
            <dependency>
              <groupId>org.junit.jupiter</groupId>
              <artifactId>junit-jupiter</artifactId>
              <version>%s</version>
              <scope>test</scope>
            </dependency>
          </dependencies>
          <build>
            <plugins>
              <plugin>
                <artifactId>maven-surefire-plugin</artifactId>
                <version>%s</version>
                <configuration>
                  %s
                  <testClassesDirectory>%s</testClassesDirectory>
                  <additionalClasspathElements>%s</additionalClasspathElements>
                </configuration>
              </plugin>
            </plugins>
          </build>
        </project>
        """
            .formatted(
                properties,
                first("<junit.version>(.*?)</junit.version>", root),
                version,
                settings,
                classes,
                others));
    Command mvn = Command.of("mvn", "-o", "-B", "surefire:test").and(options);
    String repository = System.getProperty("maven.repo.local");
    if (repository != null) {
      mvn = mvn.and("-Dmaven.repo.local=" + repository);
    }
    Command.Outcome outcome =
        mvn.and("-Dmalassay.root=" + SampleSources.ROOT, "-Dout=" + project.resolve("runs"))
            .in(project)
            .run();
    assertThat(outcome.status()).as(outcome.output()).isEqualTo(1);
    return outcome.output();
  }

  private static String first(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  /** As in a project that brings none of its own. */
  @Test
  void withoutABackEndForLogsNobodyIsToldOfThat() throws Exception {
    String classes =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(element -> !element.contains("slf4j-simple"))
            .collect(Collectors.joining(File.pathSeparator));
    Command.Outcome help =
        Command.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dhelp",
                "-cp",
                classes,
                MainJob.class.getName())
            .run();
    assertThat(help.output()).contains("-Draspbian.image").doesNotContain("SLF4J");
  }
}

package org.malassay.experiments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger does with a clone: installs it, uses it in a project and in CI. */
@Tag("guest")
class CleanCloneIT {
  private static final Path ROOT = Path.of(System.getProperty("malassay.root"));
  private static final String CONTAINER = "malassay-container";
  private static final String COMMIT = "0123456789abcdef";

  @TempDir static Path folder;
  private static CleanClone clone;

  @BeforeAll
  static void cloneAndInstall() throws Exception {
    clone = CleanClone.of(ROOT, folder);
    // The same sources were checked by the build that runs this.
    Command.Outcome installed =
        clone
            .maven(
                clone.folder(),
                "install",
                "-DskipTests",
                "-Dchecks.main=-XDunchecked",
                "-Dchecks.test=-XDunchecked")
            .run();
    assertThat(installed.status()).as(installed.output()).isZero();
    assertThat(installed.output())
        .doesNotContain("WARNING", "Tests run: ")
        .contains("Tests are skipped.");
  }

  @AfterAll
  static void forget() throws Exception {
    Command.of("docker", "rmi", "--force", "device:" + COMMIT).run();
    clone.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"malassay-framework", "malassay-environments", "malassay-reports"})
  void aJarSaysWhatItIsAndComesWithSourcesAndJavadoc(String artifact) throws IOException {
    try (JarFile jar = new JarFile(clone.installed(artifact, ".jar").toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Implementation-Version"))
          .isEqualTo("0.1.0-SNAPSHOT");
      assertThat(text(jar, "META-INF/LICENSE"))
          .isEqualTo(Files.readString(ROOT.resolve("LICENSE")));
      assertThat(text(jar, "META-INF/NOTICE")).isEqualTo(Files.readString(ROOT.resolve("NOTICE")));
    }
    try (JarFile sources = new JarFile(clone.installed(artifact, "-sources.jar").toFile());
        JarFile javadoc = new JarFile(clone.installed(artifact, "-javadoc.jar").toFile())) {
      assertThat(sources.stream()).anyMatch(entry -> entry.getName().endsWith(".java"));
      assertThat(javadoc.getEntry("index.html")).isNotNull();
    }
    String pom = Files.readString(clone.installed("malassay", ".pom"));
    assertThat(pom).contains("<url>https://", "<scm ");
  }

  /** What a third party checks an environment with. */
  @Test
  void theContractOfGuestsIsPublished() throws IOException {
    try (JarFile jar =
        new JarFile(clone.installed("malassay-environments", "-tests.jar").toFile())) {
      String contract = "org/malassay/environments/contract/";
      assertThat(jar.stream().map(JarEntry::getName))
          .contains(contract + "GuestContract.class", contract + "LinuxGuestContract.class")
          .contains("odd-elf.S")
          .noneMatch(name -> name.endsWith("IT.class"));
    }
  }

  private static String text(JarFile jar, String entry) throws IOException {
    return new String(jar.getInputStream(jar.getEntry(entry)).readAllBytes(), UTF_8);
  }

  /** The first block of a language in a section of the README. */
  private static String shown(String language) throws IOException {
    Matcher block =
        Pattern.compile(
                "## An experiment of your own\n.*?```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("README.md")));
    assertThat(block.find()).as(language).isTrue();
    return block.group(1);
  }

  @Test
  void theReadmesProjectRunsItsExperimentAndAnEnvironmentOfItsOwn() throws Exception {
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.writeString(project.resolve("pom.xml"), shown("xml"));
    Path tests = Files.createDirectories(project.resolve("src/test/java"));
    Files.writeString(tests.resolve("FirmwareExperiment.java"), shown("java"));
    Path samples = Files.createDirectories(project.resolve("samples"));
    Files.writeString(samples.resolve("fails"), "#!/bin/sh\nexit 1\n");
    Files.writeString(samples.resolve("runs"), "#!/bin/sh\nexit 0\n");
    copy(ROOT.resolve("experiments/src/test/resources/own-project"), project);

    Command.Outcome run = clone.maven(project, "test", "-Denv=container,box").run();

    assertThat(run.output())
        .contains("BUILD FAILURE", "Tests run: 5, Failures: 1, Errors: 0, Skipped: 0")
        .contains("expected runs in container to be NOT_EXECUTABLE, but it is EXECUTABLE")
        .contains(" of FirmwareExperiment.nothingRunsInOurContainer")
        .contains("malassay=0.1.0-SNAPSHOT", "made of          cardboard")
        .doesNotContain("SLF4J", "WARNING");
    Path latest = project.resolve("target/runs/latest");
    assertThat(Files.readAllLines(latest.resolve("results.csv"))).hasSize(5);
    assertThat(latest.resolve("junit.xml")).exists();
    assertThat(
            Files.readString(
                project.resolve("target/surefire-reports/TEST-FirmwareExperiment.xml")))
        .containsPattern("testcase name=\"[^\"]*runs \\[[0-9a-f]{12}]\"");

    Command.Outcome help = clone.maven(project, "test", "-Dhelp").run();
    assertThat(help.status()).as(help.output()).isZero();
    assertThat(help.output())
        .contains("-Dbox.status=NUMBER", "-Dcontainer.image=IMAGE", "target/runs");

    try (Stream<Path> asked = Files.walk(clone.repository().resolve(CleanClone.RANGED))) {
      assertThat(asked.filter(Files::isRegularFile))
          .as("lists of versions, which Maven asks for where it meets a range")
          .isEmpty();
    }

    Path jar = folder.resolve("box.jar");
    Command.of(
            "jar",
            "--create",
            "--file=" + jar,
            "-C",
            project + "/target/test-classes",
            "com",
            "-C",
            project + "/target/test-classes",
            "META-INF")
        .run();
    Command.Outcome told =
        clone
            .maven(clone.folder(), "-q", "-Dhelp", "-Dmaven.test.additionalClasspath=" + jar)
            .run();
    assertThat(told.output())
        .contains("mvn test -Denv=NAME,... [-Dsetup] [options]\n", "-Dbox.status=NUMBER")
        .contains("-Draspbian.image=", "Reports\n  csv, file-types, comparison, allure,")
        .doesNotContain("INFO", "WARNING");
    assertThat(told.status()).isZero();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  @Test
  @Tag("slow") // two main jobs, by Maven
  void thePipelinesOfAForkPassWithoutABaselineAndWithTheOneTheyKept() throws Exception {
    clone.always("-Dsample=exits-?");
    Path examples = clone.folder().resolve(".ci/examples");
    Pipeline gitlab = Pipeline.ofGitlab(examples.resolve("gitlab-ci.yml"));
    Pipeline jenkins = Pipeline.ofJenkins(examples.resolve("Jenkinsfile"));
    assertThat(gitlab.kept()).containsAll(jenkins.kept());
    giveSamples();

    String first = runAll(gitlab, clone.folder(), "");
    assertThat(first).contains("2 samples", "BUILD SUCCESS").doesNotContain("baseline=");

    keep(gitlab, clone.folder(), clone.folder().resolve("malassay-baseline"));
    String second = runAll(jenkins, clone.folder(), "");
    assertThat(second).contains("baseline=malassay-baseline", "BUILD SUCCESS");
    assertThat(second).doesNotContain("warning: -Dbaseline");
  }

  @Test
  @Tag("slow") // two main jobs, by Maven
  void thePipelineOfADevicePassesItsFirstPullRequest() throws Exception {
    clone.always();
    Path workspace = Files.createDirectories(folder.resolve("workspace"));
    Files.createSymbolicLink(workspace.resolve("malassay"), clone.folder());
    Path device = Files.createDirectories(workspace.resolve("device/samples"));
    Files.writeString(device.resolve("exits"), "#!/bin/sh\nexit 0\n");
    Files.writeString(workspace.resolve("device/Dockerfile"), "FROM " + image() + "\n");
    Pipeline github = Pipeline.ofGithub(clone.folder().resolve(".ci/examples/github.yml"));

    String output = runAll(github, workspace, COMMIT);

    assertThat(output)
        .contains("BUILD SUCCESS", "container.image=device:" + COMMIT, "max.threat=5")
        .doesNotContain("baseline=");
    assertThat(workspace.resolve("summary")).content().contains("## Malassay run ");
    Path baseline = workspace.resolve("device/malassay-baseline");
    keep(github, workspace, baseline);
    assertThat(runAll(github, workspace, COMMIT)).contains("BUILD SUCCESS", "baseline=" + baseline);
  }

  /** The image that the tests before this one ran samples in. */
  private static String image() throws Exception {
    return Command.of("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", CONTAINER)
        .run()
        .output()
        .lines()
        .findFirst()
        .orElseThrow();
  }

  /** Those that are built already, so that the pipelines need not build them anew. */
  private static void giveSamples() throws Exception {
    HarmlessSamples.build();
    Path from = ROOT.resolve("experiments/target");
    Path to = Files.createDirectories(clone.folder().resolve("experiments/target"));
    for (String built : List.of("samples", "samples.sha256", "debian-trixie")) {
      if (Files.exists(from.resolve(built))) {
        Command.of("cp", "-a", from.resolve(built).toString(), to.toString()).run();
      }
    }
  }

  /** Runs every script of a pipeline, each of which succeeds, and gives what they print. */
  private static String runAll(Pipeline pipeline, Path workspace, String commit) throws Exception {
    StringBuilder output = new StringBuilder();
    for (Pipeline.Script script : pipeline.scripts()) {
      Command.Outcome outcome =
          Command.of(
                  "bash",
                  "-eo",
                  "pipefail",
                  "-c",
                  script.text().replace("${{ github.sha }}", commit))
              .in(workspace.resolve(script.folder()))
              .with("GITHUB_WORKSPACE", workspace.toString())
              .with("GITHUB_STEP_SUMMARY", workspace.resolve("summary").toString())
              .run();
      assertThat(outcome.status()).as(script.text() + "\n" + outcome.output()).isZero();
      output.append(outcome.output());
    }
    return output.toString();
  }

  /** Does what the pipeline's first lines say: what it kept of its run becomes the baseline. */
  private static void keep(Pipeline pipeline, Path workspace, Path baseline) throws Exception {
    Files.createDirectories(baseline);
    List<String> copy = new ArrayList<>(List.of("cp", "-r"));
    pipeline.kept().forEach(path -> copy.add(workspace.resolve(path).toString()));
    copy.add(baseline.toString());
    Command.Outcome outcome = Command.of(copy.toArray(String[]::new)).run();
    assertThat(outcome.status()).as(outcome.output()).isZero();
  }
}

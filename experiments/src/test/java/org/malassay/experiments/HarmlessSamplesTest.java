package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.options.OptionException;

class HarmlessSamplesTest {
  private Path root;

  @BeforeEach
  void checkout(@TempDir Path folder) throws IOException {
    root = folder;
    Files.createDirectories(root.resolve("experiments/samples"));
  }

  @Test
  void areBuiltByTheScriptIntoTargetWithTheirExpectationsBesideTheSources() throws IOException {
    script("mkdir -p \"$1\"; echo built >\"$1/exits-0\"");

    HarmlessSamples samples = HarmlessSamples.build(root);

    assertThat(samples.folder()).isEqualTo(root.resolve("experiments/target/samples"));
    assertThat(samples.folder().resolve("exits-0")).hasContent("built");
    assertThat(samples.expectations()).isEqualTo(root.resolve("experiments/samples/expected.csv"));
  }

  @Test
  void whatTheScriptMissesIsTheMessage() throws IOException {
    script("echo 'these packages are missing: gcc-arm-linux-gnueabi' >&2; exit 2");

    assertThatThrownBy(() -> HarmlessSamples.build(root))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Malassay's own samples cannot be built. these packages are missing: gcc-arm-linux-gnueabi");
  }

  @Test
  void aSampleThatWasLeftOutIsWarnedOfAndNamedToWhoeverNeedsIt() throws IOException {
    script(
        """
        mkdir -p "$1"; echo built >"$1/exits-0"
        echo 'ls-debian-armel coreutils:armel: 404 Not Found' >"$1.left-out"
        """);

    HarmlessSamples samples = HarmlessSamples.build(root);

    String remedy = "The next run asks again; MALASSAY_DEBIAN_MIRROR=URL names another archive";
    assertThat(samples.warning())
        .hasValue(
            "1 of 2 own samples could not be had: ls-debian-armel - coreutils:armel: 404 Not Found. "
                + remedy);
    assertThatThrownBy(() -> samples.sample("ls-debian-armel"))
        .hasMessage(
            "the sample ls-debian-armel could not be had: coreutils:armel: 404 Not Found. "
                + remedy);
    assertThat(samples.sample("exits-0")).hasContent("built");
  }

  @Test
  void withoutACheckoutTheMessageAsksForSamples() {
    assertThatThrownBy(() -> HarmlessSamples.build(root))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining(root.resolve("experiments/samples/build.sh").toString())
        .hasMessageEndingWith("Name samples of your own by -Dsamples=DIR");
  }

  @Test
  void theScriptNamesEverythingThatIsMissingAndTheCommandThatMendsIt() throws Exception {
    Path tools =
        toolsOf(
            "dirname",
            "basename",
            "mkdir",
            "flock",
            "sort",
            "tr",
            "sha256sum",
            "cut",
            "cat",
            "uname",
            "head",
            "find",
            "wc",
            "grep",
            "ls");

    Command.Outcome outcome =
        Command.of("/bin/sh", SampleSources.SCRIPT.toString(), root.resolve("out").toString())
            .with("PATH", tools.toString())
            .run();

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output())
        .contains(
            "gcc-arm-linux-gnueabihf",
            "libc6-dev-armhf-cross",
            "gcc-arm-linux-gnueabi ",
            "gcc-mips-linux-gnu",
            " apt ",
            "-Dsetup",
            "apt-get install ");
    assertThat(root.resolve("out")).doesNotExist();
  }

  @Test
  void theScriptTouchesNoFolderThatItDidNotMake() throws Exception {
    Path precious = Files.createDirectories(root.resolve("precious"));
    Files.writeString(precious.resolve("thesis.tex"), "x");

    Command.Outcome outcome =
        Command.of("sh", SampleSources.SCRIPT.toString(), precious.toString()).run();

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output()).contains(precious + " is there and was not made by build.sh");
    assertThat(precious.resolve("thesis.tex")).exists();
  }

  private void script(String commands) throws IOException {
    Files.writeString(root.resolve("experiments/samples/build.sh"), commands + "\n");
  }

  /** A folder for PATH that holds these commands of the host and no other. */
  private Path toolsOf(String... names) throws IOException {
    Path tools = Files.createDirectories(root.resolve("tools"));
    for (String name : names) {
      Path tool = tools.resolve(name);
      Files.writeString(tool, "#!/bin/sh\nPATH=/usr/bin:/bin\nexec %s \"$@\"\n".formatted(name));
      Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    }
    return tools;
  }
}

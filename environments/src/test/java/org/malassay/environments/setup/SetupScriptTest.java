package org.malassay.environments.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code environments/setup.sh} on a machine that is made of stubs: an ARM host, so that no kernel
 * is asked for emulators, on which nothing is installed and an engine answers. No test lets the
 * script come as far as starting an engine or mounting anything, which would reach the real
 * machine.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class SetupScriptTest {
  private static final Path SCRIPT = Path.of("setup.sh").toAbsolutePath();
  private static final String PACKAGES =
      """
      mmdebstrap arch-test debian-archive-keyring mount xz-utils acl uidmap \
      qemu-system-arm qemu-utils e2fsprogs mtools kmod cpio openssh-client \
      gcc-arm-none-eabi libnewlib-arm-none-eabi curl clang libbpf-dev secilc bpftool linux-tools-generic \
      binutils-arm-linux-gnueabihf binutils-aarch64-linux-gnu \
      gcc gcc-arm-linux-gnueabihf gcc-arm-linux-gnueabi gcc-mips-linux-gnu gcc-x86-64-linux-gnu \
      libc6-dev libc6-dev-armhf-cross libc6-dev-armel-cross libc6-dev-mips-cross \
      libc6-dev-amd64-cross\
      """;

  @TempDir Path machine;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeTheMachine() throws IOException {
    stub("uname", "echo aarch64");
    stub("arch-test", "exit 0");
    stub("perl", "exit 0"); // the engine's answer
    stub("sudo", "[ \"$1\" != -n ] || shift; exec \"$@\"");
    stub("dpkg-query", "sed 's/^/ii /' \"$MACHINE/installed\"");
    stub("apt-cache", "exit 100");
    stub(
        "apt-get",
        """
        echo "$*" >> "$MACHINE/apt-calls"
        case "$*" in *" install "*) echo "$*" | tr ' ' '\\n' >> "$MACHINE/installed" ;; esac\
        """);
    install("");
  }

  @Test
  void leavesAMachineAloneThatLacksNothing() throws Exception {
    install(PACKAGES);

    Outcome outcome = setup();

    assertThat(outcome.output()).contains("Docker: the engine that answers", "ARM programs run");
    assertThat(outcome.status()).isZero();
    assertThat(aptCalls()).isEmpty();
  }

  @Test
  void installsAllThatIsMissingInOneGoAndOnlyThat() throws Exception {
    install(PACKAGES.replace("mmdebstrap", "").replace("mount", ""));

    Outcome outcome = setup();

    assertThat(outcome.output()).contains("setup: installing mmdebstrap mount\n");
    assertThat(outcome.status()).isZero();
    assertThat(aptCalls())
        .satisfiesExactly(
            update -> assertThat(update).endsWith("update"),
            install ->
                assertThat(install)
                    .endsWith("install -y --no-install-recommends mmdebstrap mount"));
  }

  @Test
  void aCheckNamesWhatIsMissingAndTheCommandThatMendsItAndTouchesNothing() throws Exception {
    install(PACKAGES.replace("libc6-dev-armel-cross", ""));
    stub("perl", "exit 1");

    Outcome outcome = setup("--check");

    assertThat(outcome.output())
        .contains("packages: libc6-dev-armel-cross")
        .contains("no Docker engine answers at /var/run/docker.sock")
        .contains("install and start it with: mvn ... -Dsetup (or as root: " + SCRIPT + ")");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(aptCalls()).isEmpty();
  }

  @Test
  void wantsWhatBuildsAKernelOnlyWhenTheEnvironmentThatHasOneIsAskedFor() throws Exception {
    install(PACKAGES);

    Outcome others = setup("--check", "container,unikernel");
    Outcome linux = setup("--check", "container,unikernel-linux");

    assertThat(others.status()).isZero();
    assertThat(linux.output())
        .contains("packages: linux-source make bc flex bison\n")
        .contains("(or as root: " + SCRIPT + " container,unikernel-linux)");
    assertThat(linux.status()).isEqualTo(1);
  }

  @Test
  void asksForNoEngineWhereDOCKERHOSTNamesOne() throws Exception {
    environment.put("DOCKER_HOST", "tcp://192.0.2.1:2375");
    stub("perl", "exit 1");

    assertThat(setup("--check").output())
        .contains("packages: ")
        .doesNotContainIgnoringCase("docker");

    install(PACKAGES);
    assertThat(setup().output()).contains("Docker: DOCKER_HOST=tcp://192.0.2.1:2375");
  }

  @Test
  void namesAnEngineThatThisUserMayNotAsk() throws Exception {
    install(PACKAGES);
    stub("perl", "exit 3");

    assertThat(setup("--check").output())
        .contains("may not use the Docker engine at /var/run/docker.sock");
  }

  @Test
  void namesAMachineOnWhichARMProgramsDoNotRun() throws Exception {
    install(PACKAGES);
    stub("arch-test", "exit 1");

    assertThat(setup("--check").output()).contains("ARM programs do not run here");
  }

  @Test
  void registersTheEmulatorForFilesWithAnOddEIdentAsTheDistributionDoesForOthers()
      throws Exception {
    stub("uname", "echo x86_64");
    stub("tee", "cat >\"$1\"; touch \"$MACHINE/binfmt/malassay-arm\"");
    install(PACKAGES.replace("x86-64", "aarch64").replace("amd64", "arm64"));
    Path interpreter = Files.createFile(machine.resolve("qemu"));
    Path binfmt = Files.createDirectory(machine.resolve("binfmt"));
    environment.put("MALASSAY_BINFMT", binfmt.toString());
    Files.writeString(
        binfmt.resolve("qemu-arm"),
        """
        enabled
        interpreter %s
        flags: POF
        offset 0
        magic 7f454c4601010100000000000000000002002800
        mask ffffffffffffff00fffffffffffffffffeffffff
        """
            .formatted(interpreter));

    assertThat(setup("--check").output()).contains("ARM programs with an odd e_ident do not run");
    assertThat(setup().status()).isZero();

    String nine = "\\x00".repeat(9);
    assertThat(binfmt.resolve("register"))
        .hasContent(
            ":malassay-arm:M::\\x7f\\x45\\x4c\\x46\\x01\\x01\\x01%s\\x02\\x00\\x28\\x00"
                    .formatted(nine)
                + ":\\xff\\xff\\xff\\xff\\xff\\xff\\xff%s\\xfe\\xff\\xff\\xff:%s:POF"
                    .formatted(nine, interpreter));
    assertThat(setup("--check").status()).isZero();
  }

  @Test
  void showsTheLastWordsOfAFailedInstallation() throws Exception {
    stub("apt-get", "echo 'E: Unable to locate package mmdebstrap' >&2; exit 100");

    Outcome outcome = setup();

    assertThat(outcome.output())
        .contains("E: Unable to locate package mmdebstrap", "setup: apt-get failed")
        .contains("then run " + SCRIPT + " again");
    assertThat(outcome.status()).isEqualTo(1);
  }

  @Test
  void goesOnWithTheListsThatAreThereWhenTheyCannotBeRenewed() throws Exception {
    install(PACKAGES.replace("mount", ""));
    stub(
        "apt-get",
        """
        echo "$*" >> "$MACHINE/apt-calls"
        case "$*" in
          *" update") echo 'E: Mirror sync in progress?' >&2; exit 100 ;;
          *) echo mount >> "$MACHINE/installed" ;;
        esac\
        """);

    Outcome outcome = setup();

    assertThat(outcome.output()).contains("setup: not every list of packages could be renewed");
    assertThat(outcome.status()).isZero();
    assertThat(aptCalls()).as("two attempts, and the installation").hasSize(3);
  }

  @Test
  void doesNotClaimSuccessWhenSomethingIsMissingAfterwards() throws Exception {
    stub("apt-get", "exit 0");

    Outcome outcome = setup();

    assertThat(outcome.output()).contains("setup: still missing:", "packages: mmdebstrap");
    assertThat(outcome.status()).isEqualTo(1);
  }

  @Test
  void refusesAnUnknownArgument() throws Exception {
    Outcome outcome = setup("--chek");

    assertThat(outcome.output())
        .isEqualTo("setup: unknown argument --chek (known: --check, names of environments)\n");
    assertThat(outcome.status()).isEqualTo(1);
  }

  /** Only that one function of the script is run, with an engine that tells its limit and ends. */
  @Test
  void startsTheEngineWithManyDescriptorsAsFarAsTheMachineLetsIt() throws Exception {
    stub("dockerd", "ulimit -n > \"$MACHINE/descriptors\"");
    Path log = machine.resolve("log");

    Outcome outcome =
        run(
            List.of(
                "bash",
                "-c",
                "source <(sed '/^main /d' \"$0\"); engine_log=$1; start_dockerd; wait",
                SCRIPT.toString(),
                log.toString()));

    assertThat(outcome.output()).matches("\\d+\n");
    long pid = Long.parseLong(outcome.output().strip());
    ProcessHandle.of(pid).ifPresent(engine -> engine.onExit().join());
    String most = run(List.of("sh", "-c", "ulimit -n 1048576; ulimit -n")).output();
    assertThat(machine.resolve("descriptors")).hasContent(most.lines().reduce((a, b) -> b).get());
  }

  /** Of the script only the function that starts an engine is run. */
  @Test
  void waitsForAnEngineThatHasNoNameYet() throws Exception {
    stub("setsid", "exec perl -e '$0 = \"\"; sleep 2; exec @ARGV' \"$@\"");
    stub("dockerd", "touch \"$MACHINE/answers\"; exec sleep 5");

    Outcome outcome = startEngine("[[ -e $MACHINE/answers ]]");

    assertThat(outcome.output()).contains("setup: the engine answers after");
    assertThat(outcome.status()).isZero();
  }

  /** Of the script only the function that starts an engine is run. */
  @Test
  void doesNotWaitForAnEngineThatHasEnded() throws Exception {
    stub("dockerd", "echo 'no such option'; exit 1");

    Outcome outcome = startEngine("false");

    assertThat(outcome.output())
        .contains("no such option\n")
        .contains("setup: the Docker engine does not answer at /var/run/docker.sock");
    assertThat(outcome.status()).isEqualTo(1);
  }

  private Outcome startEngine(String ping) throws Exception {
    Files.delete(machine.resolve("bin/perl"));
    return run(
        List.of(
            "bash",
            "-c",
            """
            source <(sed '/^main /d' "$0")
            engine_log=$1
            under_systemd() { false; }
            pidfile_is_true() { false; }
            prepare_engine() { :; }
            ping() { %s; }
            start_engine\
            """
                .formatted(ping),
            SCRIPT.toString(),
            machine.resolve("log").toString()));
  }

  private record Outcome(String output, int status) {}

  private Outcome setup(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private Outcome run(List<String> command) throws Exception {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("DOCKER_HOST");
    builder.environment().putAll(environment);
    builder.environment().put("PATH", machine.resolve("bin") + ":/usr/bin:/bin");
    builder.environment().put("MACHINE", machine.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Outcome(output, process.exitValue());
  }

  private void stub(String name, String script) throws IOException {
    Path file = Files.createDirectories(machine.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void install(String packages) throws IOException {
    Files.writeString(machine.resolve("installed"), packages.replaceAll("\\s+", "\n") + "\n");
  }

  private List<String> aptCalls() throws IOException {
    Path calls = machine.resolve("apt-calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }
}

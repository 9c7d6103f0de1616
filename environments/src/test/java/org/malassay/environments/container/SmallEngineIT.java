package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.host.Owner;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.testcontainers.dockerclient.TransportConfig;

/** An engine of this test's own, which can have few files open. */
@Tag("guest")
@Timeout(180)
class SmallEngineIT {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(2), 1 << 20, 256 << 20, 128, 1, 64 << 20);
  private static final String IMAGE = "nests:1";
  private static final int FEW = 200;
  private static final int MORE = 2000;

  /** More levels than that. */
  private static final String NESTS =
      "for (int i = 0; i < 600; i++) { mkdir(\"d\", 0700); chdir(\"d\"); }";

  @TempDir Path folder;
  private Path pidFile;
  private Process process;

  @BeforeEach
  void start() throws Exception {
    pidFile = folder.resolve("pid");
    process =
        new ProcessBuilder(
                asRoot(
                    "dockerd",
                    "--data-root=" + folder.resolve("data"),
                    "--exec-root=" + folder.resolve("exec"),
                    "--pidfile=" + pidFile,
                    "--host=unix://" + folder.resolve("socket"),
                    "--bridge=none",
                    "--iptables=false"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
  }

  @AfterEach
  void end() throws Exception {
    run(asRoot("kill", Files.readString(pidFile).strip()));
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    // Where mounts are private, dockerd mounts its folder over itself, and may leave it so.
    run(
        asRoot(
            "sh",
            "-c",
            "umount --lazy \"$1\" 2>/dev/null; rm -rf \"$1\" \"$2\"",
            "sh",
            folder.resolve("data").toString(),
            folder.resolve("exec").toString()));
  }

  /** As setup.sh does: root itself, or by sudo. */
  private static List<String> asRoot(String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    if (!System.getProperty("user.name").equals("root")) {
      command.addAll(0, List.of("sudo", "-n"));
    }
    return command;
  }

  private void run(List<String> command) throws Exception {
    Tools.run(command, folder, Duration.ofMinutes(1), line -> {});
  }

  private Engine connect() throws Exception {
    URI address = URI.create("unix://" + folder.resolve("socket"));
    TransportConfig transport = TransportConfig.builder().dockerHost(address).build();
    Instant deadline = Instant.now().plusSeconds(60);
    while (true) {
      try {
        return Engine.connect(transport, new Timeouts(1));
      } catch (GuestException e) {
        assertThat(Instant.now()).as(Files.readString(folder.resolve("log"))).isBefore(deadline);
        Thread.sleep(50);
      }
    }
  }

  /** A guest of a run that is gone, with a sample's folders in it. */
  private String leftBehind(Engine engine) throws Exception {
    byte[] sample =
        Files.readAllBytes(new ArmPrograms(folder).nativeProgram("nests", NESTS).file());
    byte[] dockerfile = "FROM scratch\nCOPY nests /nests\n".getBytes(UTF_8);
    engine.build(
        new ByteArrayInputStream(
            GuestImages.tar(Map.of("Dockerfile", dockerfile, "nests", sample))),
        IMAGE,
        Map.of());
    Owner self = Owner.self();
    Owner gone = new Owner(self.host(), self.pid(), self.started() - 1);
    String container =
        engine.create(
            engine
                .describe(IMAGE)
                .withCmd("/nests")
                .withNetworkDisabled(true)
                .withLabels(GuestLabels.of(gone, "it", Instant.now(), LIMITS.time())));
    engine.start(container);
    assertThat(engine.awaitEnd(container, Duration.ofSeconds(20))).isTrue();
    return container;
  }

  @Test
  void whatItCannotRemoveKeepsNoRunFromStartingAndTheWarningNamesWhatMendsIt() throws Exception {
    try (Engine engine = connect();
        ContainerEnvironment environment =
            new ContainerEnvironment(
                engine,
                new GuestImage(IMAGE, 80, List.of("/nests"), Optional.empty(), 1),
                LIMITS,
                "it")) {
      String container = leftBehind(engine);
      String pid = Files.readString(pidFile).strip();
      run(asRoot("prlimit", "--pid", pid, "--nofile=" + FEW + ":"));

      environment.sweep();

      assertThat(engine.state(container)).as("too deep for it").isPresent();
      assertThat(Descriptors.warning(pidFile).orElseThrow())
          .startsWith("the Docker engine can have only 200 files open: ")
          .endsWith(" prlimit --pid " + pid + " --nofile=1048576:1048576");
      run(asRoot("prlimit", "--pid", pid, "--nofile=" + MORE + ":")); // what any machine lets it

      environment.sweep();

      assertThat(engine.state(container)).isEmpty();
    }
  }
}

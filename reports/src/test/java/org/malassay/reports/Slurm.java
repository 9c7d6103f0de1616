package org.malassay.reports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A cluster of one node, this machine, on the loopback interface; ended by {@link #close}. */
final class Slurm implements AutoCloseable {
  private static final Duration UP = Duration.ofSeconds(60);

  private final Path folder;
  private final Path configuration;
  private final List<Process> daemons = new ArrayList<>();

  private Slurm(Path folder) {
    this.folder = folder;
    this.configuration = folder.resolve("slurm.conf");
  }

  static boolean isInstalled() {
    return Files.isExecutable(Path.of("/usr/sbin/slurmctld"))
        && Files.isExecutable(Path.of("/usr/sbin/munged"));
  }

  /** Starts one, as root, below a folder. */
  static Slurm start(Path folder) throws Exception {
    Slurm slurm = new Slurm(Files.createDirectories(folder));
    try {
      slurm.start();
      return slurm;
    } catch (Exception | AssertionError e) {
      slurm.close();
      throw e;
    }
  }

  private void start() throws Exception {
    // munge's socket is refused where others may not reach it, and its key where they may read it
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    byte[] key = new byte[1024];
    new SecureRandom().nextBytes(key);
    Files.write(folder.resolve("munge.key"), key);
    Files.setPosixFilePermissions(
        folder.resolve("munge.key"), PosixFilePermissions.fromString("rw-------"));
    String host = run("hostname", "-s").output().strip();
    Files.createDirectories(folder.resolve("state"));
    Files.createDirectories(folder.resolve("spool"));
    Files.writeString(
        configuration,
        """
        ClusterName=malassay
        SlurmctldHost=HOST(127.0.0.1)
        SlurmUser=root
        AuthType=auth/munge
        AuthInfo=socket=FOLDER/munge.socket
        CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
        StateSaveLocation=FOLDER/state
        SlurmdSpoolDir=FOLDER/spool
        SlurmctldPidFile=FOLDER/slurmctld.pid
        SlurmdPidFile=FOLDER/slurmd.pid
        SlurmctldPort=%d
        SlurmdPort=%d
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        MpiDefault=none
        SelectType=select/cons_tres
        ReturnToService=2
        NodeName=HOST NodeAddr=127.0.0.1 CPUs=1 State=UNKNOWN
        PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
        """
            .formatted(freePort(), freePort())
            .replace("HOST", host)
            .replace("FOLDER", folder.toString()));
    daemon(
        "munged",
        "--foreground",
        "--force",
        "--key-file=" + folder.resolve("munge.key"),
        "--socket=" + folder.resolve("munge.socket"),
        "--pid-file=" + folder.resolve("munged.pid"),
        "--log-file=" + folder.resolve("munged.log"),
        "--seed-file=" + folder.resolve("munged.seed"));
    until("munge", "munge", "--no-input", "--socket=" + folder.resolve("munge.socket"));
    daemon("slurmctld", "-D", "-i");
    until("slurmctld", "scontrol", "ping");
    daemon("slurmd", "-D");
    until("node", "bash", "-c", "sinfo --noheader --format=%t | grep -qx idle");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void daemon(String program, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("/usr/sbin/" + program));
    Collections.addAll(words, arguments);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(program + ".out").toFile());
    builder.environment().put("SLURM_CONF", configuration.toString());
    daemons.add(builder.start());
  }

  private void until(String what, String... succeeds) throws Exception {
    Instant end = Instant.now().plus(UP);
    Outcome outcome = run(succeeds);
    while (outcome.status() != 0 && Instant.now().isBefore(end)) {
      TimeUnit.MILLISECONDS.sleep(100);
      outcome = run(succeeds);
    }
    assertThat(outcome.status()).as(what + " of Slurm: " + outcome.output()).isZero();
  }

  record Outcome(int status, String output) {}

  private Outcome run(String... words) throws Exception {
    return run(folder, Map.of(), words);
  }

  /** Runs a command of Slurm's, with more variables, and waits for its end. */
  Outcome run(Path where, Map<String, String> variables, String... words) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(where.toFile()).redirectErrorStream(true);
    builder.environment().put("SLURM_CONF", configuration.toString());
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  @Override
  public void close() {
    for (int i = daemons.size() - 1; i >= 0; i--) {
      Process daemon = daemons.get(i);
      daemon.destroy();
      try {
        daemon.onExit().get(10, TimeUnit.SECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        daemon.destroyForcibly();
      }
    }
  }
}

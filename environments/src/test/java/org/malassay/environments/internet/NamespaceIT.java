package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.behavior.FacetState;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Digests;
import org.malassay.environments.host.Timeouts;
import org.malassay.options.Options;

/** The program itself, in real network namespaces. */
@Tag("guest")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamespaceIT {
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  /** A command that does nothing until it is ended: its input has no end before. */
  private static final List<String> NOTHING = List.of("cat");

  private Path folder;
  private InternetProgram program;
  private Clients clients;
  private Answers answers;

  @BeforeAll
  void prepare(@TempDir Path folder) throws Exception {
    this.folder = folder;
    InternetProgram built =
        InternetProgram.get(new Cache(Path.of("target/internet").toAbsolutePath()));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path copy = Files.copy(built.file(), folder.resolve("internet")); // where nobody may read, too
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    program = new InternetProgram(copy, built.harmless());
    clients = new Clients(folder);
    answers = Answers.load(Options.of(Map.of()), program.harmless());
  }

  private NamespaceRun start(List<String> command) throws Exception {
    return NamespaceRun.start(program, answers, command);
  }

  private NamespaceRun.Outcome run(List<String> command) throws Exception {
    try (NamespaceRun run = start(command)) {
      return run.await();
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  // --- rights

  private static final String NO_NAMESPACE =
      "internet: cannot become the owner of a network: .* \\(run as root, or allow .*\\)";

  /** Whether the kernel lets who is made by this command have namespaces. */
  private static boolean haveNamespaces(List<String> before) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of("unshare", "--user", "--net", "true"));
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  /** An ordinary user in a mount namespace of its own, where the device has this mode. */
  private List<String> withTap(String mode) {
    String open =
        "cp -a /dev/net/tun %1$s/tun && chmod %2$s %1$s/tun && mount --bind %1$s/tun /dev/net/tun"
            .formatted(folder, mode);
    List<String> before =
        new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", open + " && exec \"$@\"", "sh"));
    before.addAll(AS_NOBODY);
    return before;
  }

  /** Where the kernel lets ordinary users have namespaces; in a chroot it lets nobody. */
  @Test
  void anOrdinaryUserHasANetworkTooOrIsToldWhyNot() throws Exception {
    List<String> before = isRoot() ? AS_NOBODY : List.of();
    List<String> page = clients.command("page", 1);
    if (!haveNamespaces(before)) {
      assertThatThrownBy(
              () ->
                  NamespaceRun.start(
                      answers, socket -> program.guest(socket, List.of(), page), before))
          .hasMessageMatching(NO_NAMESPACE);
      return;
    }
    try (NamespaceRun run =
        NamespaceRun.start(answers, socket -> program.guest(socket, List.of(), page), before)) {
      NamespaceRun.Outcome outcome = run.await();
      assertThat(outcome.output()).startsWith("1 done, 0 failed");
      assertThat(outcome.state()).isEqualTo(FacetState.OBSERVED);
    }
  }

  /** Where anybody may open the device, as on most systems; in a chroot nobody has namespaces. */
  @Test
  void anOrdinaryUserHasATapTooOrIsToldWhyNot() throws Exception {
    assumeTrue(isRoot());
    List<String> before = withTap("0666");
    List<String> look = List.of("sh", "-c", "cat /proc/self/fdinfo/9; cat /proc/net/dev | wc -l");
    if (!haveNamespaces(before)) {
      assertThatThrownBy(() -> machine(look, before)).hasMessageMatching(NO_NAMESPACE);
      return;
    }
    try (NamespaceRun run = machine(look, before)) {
      assertThat(run.await().output())
          .contains("iff:\tnet0")
          .endsWith("\n3\n"); // two lines of head, and the loopback: QEMU has no other network
    }
    try (NamespaceRun run = NamespaceRun.start(answers, program::check, before)) {
      assertThat(run.await().status()).as("who tries it in the machine's place").isZero();
    }
  }

  @Test
  void anOrdinaryUserWhoMayNotOpenTheTapIsToldWhatMendsIt() throws Exception {
    assumeTrue(isRoot());
    List<String> before = withTap("0600");
    assertThatThrownBy(() -> machine(List.of("true"), before))
        .hasMessageMatching(
            haveNamespaces(before)
                ? ".* cannot open /dev/net/tun: Permission denied \\(chmod 0666 /dev/net/tun, or run as root\\)"
                : NO_NAMESPACE);
  }

  private NamespaceRun machine(List<String> command, List<String> before) throws Exception {
    return NamespaceRun.start(
        answers, socket -> program.machine(socket, List.of(), command), before);
  }

  /** As in a chroot or a container: root makes one. */
  @Test
  void rootNeedsNoDeviceFileOfATap() throws Exception {
    assumeTrue(isRoot());
    List<String> without =
        List.of(
            "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /dev/net && exec \"$@\"", "sh");
    try (NamespaceRun run =
        NamespaceRun.start(
            answers,
            socket -> program.machine(socket, List.of(), List.of("cat", "/proc/self/fdinfo/9")),
            without)) {
      assertThat(run.await().output()).contains("iff:\tnet0");
    }
  }

  /** Runs the program without some right, and tells what it says. */
  private String said(String before, String mode) throws Exception {
    try (NamespaceRun run =
        NamespaceRun.start(
            answers,
            socket ->
                List.of(
                    "sh",
                    "-c",
                    "exec %s %s %s"
                        .formatted(before, program.file(), mode.replace("SOCKET", socket))),
            List.of())) {
      throw new AssertionError("it runs: " + run.await().output());
    } catch (IOException | org.malassay.environment.GuestException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setpriv --bounding-set -sys_admin | guest SOCKET -- true | make a network namespace: Operation not permitted (it takes CAP_SYS_ADMIN and CAP_NET_ADMIN)",
        "setpriv --bounding-set -net_admin | guest SOCKET -- true | make a pair of network interfaces: Operation not permitted (it takes CAP_SYS_ADMIN and CAP_NET_ADMIN)",
        "setpriv --bounding-set -net_raw | guest SOCKET -- true | capture packets: Operation not permitted (it takes CAP_NET_RAW)",
        "unshare --mount sh -c 'mount -t tmpfs none /dev/net && exec setpriv --bounding-set -mknod \"$@\"' sh | machine SOCKET 9 -- true | open /dev/net/tun: No such file or directory (modprobe tun)",
      })
  void aRightThatIsMissingIsNamed(String before, String mode, String message) throws Exception {
    assumeTrue(isRoot());
    assertThat(said(before, mode)).contains("cannot " + message);
  }

  @Test
  void whoMayMakeNoUserNamespaceIsToldWhatMendsIt() throws Exception {
    assumeTrue(isRoot());
    // Nobody may in a chroot.
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "mkdir -p %1$s/root/tmp && cp %1$s/internet %1$s/root && exec chroot --userspec=65534:65534 %1$s/root /internet guest /absent -- true"
                    .formatted(folder))
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(said)
        .startsWith(
            "internet: cannot become the owner of a network: Operation not permitted (run as root, or allow user namespaces: sysctl ")
        .hasLineCount(1);
  }

  @Test
  void aCommandThatIsNotThereIsNamed() throws Exception {
    NamespaceRun.Outcome outcome = run(List.of("/absent"));
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output())
        .isEqualTo("internet: cannot start the command: No such file or directory (/absent)\n");
  }

  @Test
  void theStatusIsThatOfTheCommand() throws Exception {
    assertThat(run(List.of("sh", "-c", "exit 7")).status()).isEqualTo(7);
    assertThat(run(List.of("sh", "-c", "kill -9 $$")).status()).isEqualTo(137);
  }

  /** However it is that the program or whoever started it is gone. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMachineEndsWithItsNetwork(boolean killed) throws Exception {
    assumeTrue(isRoot());
    try (NamespaceRun run =
        NamespaceRun.start(
            answers,
            socket -> program.machine(socket, List.of(), List.of("sleep", "600")),
            List.of())) {
      List<ProcessHandle> left = awaitDescendant(run.process());
      if (killed) {
        run.process().destroyForcibly();
      } else {
        run.hangUp();
      }
      for (ProcessHandle process : left) {
        assertThat(process.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
      }
      assertThat(run.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** The trial of a machine's network: whoever begins it may be held up meanwhile. */
  @Test
  void aTrialIsMetHoweverLate() throws Exception {
    assumeTrue(isRoot());
    Timeouts timeouts = new Timeouts(1);
    Path socket = folder.resolve("late");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Process process =
          new ProcessBuilder(program.machine(socket.toString(), List.of(), NOTHING)).start();
      try {
        awaitDescendant(process);
        assertThat(process.waitFor(1, TimeUnit.SECONDS)).isFalse();
        MachineInternet.accept(server, process, Duration.ofSeconds(10), timeouts).close();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("it ends with the trial").isTrue();
      } finally {
        process.destroyForcibly();
      }
    }
    new MachineInternet(program, answers, timeouts).tryOut();
  }

  private static List<ProcessHandle> awaitDescendant(Process process) throws Exception {
    List<ProcessHandle> found = List.of();
    while (found.isEmpty() && process.isAlive()) {
      Thread.sleep(5);
      found = process.descendants().toList();
    }
    assertThat(found).hasSize(1);
    return found;
  }

  /** What QEMU wrote right before its end, while the program was busy with something else. */
  @Test
  void whatAMachineSaidLastIsInTheCapture() throws Exception {
    assumeTrue(isRoot());
    String machine =
        """
        import os, signal, subprocess
        program = os.getppid()
        os.kill(program, signal.SIGSTOP)
        subprocess.Popen(['sh', '-c', 'sleep 1; kill -CONT %d' % program])
        far, near = bytes.fromhex('52550a000202'), bytes.fromhex('525400123456')
        packet = bytes(10) + far + near + bytes.fromhex('88b5') + bytes(46) # of no protocol
        for i in range(2000): os.write(9, packet)
        """;
    try (NamespaceRun run =
        NamespaceRun.start(
            answers,
            socket -> program.machine(socket, List.of(), List.of("python3", "-c", machine)),
            List.of())) {
      NamespaceRun.Outcome outcome = run.await();
      assertThat(outcome.output()).isEmpty();
      assertThat(outcome.state()).isEqualTo(FacetState.OBSERVED);
      Traffic traffic = run.network().traffic();
      assertThat(traffic.sent()).isGreaterThanOrEqualTo(2000);
      assertThat(traffic.captured()).isBetween(traffic.packets(), traffic.packets() + 20);
    }
  }

  // --- what can be reached

  @Test
  void nobodyOutsideReachesTheFarSideAndNothingLeaves() throws Exception {
    assumeTrue(HostCapture.isPossible());
    try (HostCapture capture = new HostCapture(folder, List.of())) {
      try (NamespaceRun run =
          start(
              List.of(
                  "sh",
                  "-c",
                  "%s; sleep 1".formatted(String.join(" ", clients.command("connections", 50)))))) {
        assertThat(listeners()).noneMatch(line -> line.contains(":270F ")); // port 9999
        assertThat(run.await().output()).startsWith("50 done, 0 failed");
      }
      assertThat(run(clients.command("datagrams", 1)).events()).isNotEmpty();
      assertThat(run(clients.command("pages", 20)).output()).startsWith("20 done");
      assertThat(capture.leaks()).isEmpty();
    }
  }

  private static List<String> listeners() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
      lines.addAll(Files.readAllLines(Path.of("/proc/net", table)));
    }
    return lines;
  }

  // --- into the guest

  @Test
  void muchGoesInAndOutHoweverSlowlyItIsTaken() throws Exception {
    byte[] much = new byte[8 << 20];
    new Random(5).nextBytes(much);
    String sum = HexFormat.of().formatHex(Digests.sha256().digest(much));
    Path out = Files.write(folder.resolve("much"), much);
    String server =
        """
        import hashlib, socket, sys, time
        s = socket.socket(); s.bind(('', 22)); s.listen(1); print('up', flush=True)
        c, _ = s.accept(); h = hashlib.sha256(); n = 0
        while True:
          b = c.recv(65536)
          if not b: break
          h.update(b); n += len(b)
          if n %% 7 == 0: time.sleep(0.002)
        print(n, h.hexdigest(), flush=True)
        c.sendall(open('%s', 'rb').read()); c.close()
        """
            .formatted(out);
    try (NamespaceRun run =
        NamespaceRun.start(
            answers,
            socket -> program.guest(socket, List.of(22), List.of("python3", "-c", server)),
            List.of())) {
      int port = run.network().pair().ports().get(22);
      try (Socket socket = connect(port)) {
        OutputStream to = socket.getOutputStream();
        to.write(much);
        assertThat(memory(run)).isLessThan(16_000); // KiB
        socket.shutdownOutput();
        byte[] back = new byte[much.length];
        int n = 0;
        while (n < back.length) {
          int k = socket.getInputStream().read(back, n, Math.min(30_000, back.length - n));
          if (k < 0) {
            break;
          }
          n += k;
          if (n % 11 == 0) {
            Thread.sleep(1);
          }
        }
        assertThat(n).isEqualTo(much.length);
        assertThat(HexFormat.of().formatHex(Digests.sha256().digest(back))).isEqualTo(sum);
      }
      assertThat(run.await().output()).contains("%d %s".formatted(much.length, sum));
    }
  }

  @Test
  void howeverManyDoNotReadTheEndWaitsOnce() throws Exception {
    int count = 6;
    String server =
        """
        import socket, time
        s = socket.socket(); s.bind(('', 22)); s.listen(9)
        all = [s.accept()[0] for i in range(%d)]
        time.sleep(2)
        for c in all: c.settimeout(0.5)
        for c in all:
          try:
            while True: c.send(bytes(65536))
          except socket.timeout: pass
        print(int(time.time() * 1000), flush=True)
        """
            .formatted(count);
    List<Socket> sockets = new ArrayList<>();
    try (NamespaceRun run =
        NamespaceRun.start(
            answers,
            socket -> program.guest(socket, List.of(22), List.of("python3", "-c", server)),
            List.of())) {
      int port = run.network().pair().ports().get(22);
      while (sockets.size() < count) {
        sockets.add(connect(port));
      }
      NamespaceRun.Outcome outcome = run.await();
      long took = System.currentTimeMillis() - Long.parseLong(outcome.output().strip());
      assertThat(took).isBetween(1500L, 6000L); // END_MS, and not that for each
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Tries until the server is up. */
  private static Socket connect(int port) throws Exception {
    while (true) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(300);
      try {
        socket.getInputStream().read();
        socket.close();
      } catch (java.net.SocketTimeoutException e) {
        socket.setSoTimeout(30_000);
        return socket; // nobody refused it
      } catch (IOException e) {
        socket.close();
        Thread.sleep(50);
      }
    }
  }

  /** The program's memory, in KiB. */
  private static long memory(NamespaceRun run) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/status".formatted(run.process().pid()))).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  // --- hostile guests

  @Test
  void tenThousandConnectionsAtOnceNeitherStopNorBloat() throws Exception {
    List<String> command =
        List.of(
            "sh",
            "-c",
            "%s; %s; sleep 1"
                .formatted(
                    String.join(" ", clients.command("connections", 10_000)),
                    String.join(" ", clients.command("pages", 5))));
    try (NamespaceRun run = start(command)) {
      NamespaceRun.Outcome outcome = run.await();
      assertThat(outcome.output()).contains("5 done, 0 failed");
      assertThat(outcome.state().kind()).isEqualTo(FacetState.Kind.CUT);
      assertThat(outcome.state().why()).contains("more connections at once than there may be");
      assertThat(outcome.conversations().size()).isBetween(4096, 10_006);
    }
  }

  @Test
  void aGuestTakesNoneOfTheFilesThatTheProgramNeedsItself() throws Exception {
    List<String> connections = clients.command("connections", 150);
    try (NamespaceRun run =
        NamespaceRun.start(
            answers,
            socket -> program.guest(socket, List.of(), connections),
            List.of("prlimit", "--nofile=256:256"))) {
      FacetState state = run.await().state();
      assertThat(state.why()).contains("more connections at once than there may be");
      assertThat(state.lost()).isBetween(1L, 150L - 64);
    }
  }

  @Test
  void withoutFilesItWaitsAndDoesNotSpin() throws Exception {
    Path lacking = folder.resolve("lacking");
    Path waiting = folder.resolve("waiting");
    Path over = folder.resolve("over");
    String guest =
        "until [ -e %s ]; do sleep 0.1; done; %s; touch %s; until [ -e %s ]; do sleep 0.1; done"
            .formatted(
                lacking, String.join(" ", clients.command("connections", 20)), waiting, over);
    try (NamespaceRun run =
            NamespaceRun.start(
                answers,
                socket -> program.guest(socket, List.of(22), List.of("sh", "-c", guest)),
                List.of());
        Socket socket = new Socket()) {
      limitFiles(run.process(), 3);
      Files.createFile(lacking);
      while (!Files.exists(waiting)) {
        Thread.sleep(20);
      }
      int port = run.network().pair().ports().get(22);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      Thread.sleep(1000); // so that the allowance is spent
      Duration before = processorTime(run.process());
      Thread.sleep(1000);
      assertThat(processorTime(run.process()).minus(before)).isLessThan(Duration.ofMillis(500));
      limitFiles(run.process(), 1000);
      socket.setSoTimeout(20_000);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .as("the guest refuses it")
          .isInstanceOf(SocketException.class);
      Files.createFile(over);
      NamespaceRun.Outcome outcome = run.await();
      assertThat(outcome.output()).startsWith("20 done, 0 failed");
      assertThat(outcome.state().why()).contains("more connections at once than there may be");
    }
  }

  private static void limitFiles(Process process, int most) throws Exception {
    List<String> command =
        List.of("prlimit", "--pid", Long.toString(process.pid()), "--nofile=%d:".formatted(most));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static Duration processorTime(Process process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  @Test
  void aHeadOfTenMegabytesNeitherStopsNorBloats() throws Exception {
    List<String> command =
        List.of(
            "sh",
            "-c",
            "%s; %s"
                .formatted(
                    String.join(" ", clients.command("head", 10_000_000)),
                    String.join(" ", clients.command("pages", 5))));
    NamespaceRun.Outcome outcome = run(command);
    assertThat(outcome.output()).contains("5 done, 0 failed");
    assertThat(outcome.conversations()).anyMatch(it -> it.received().contains(" 431 "));
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"datagrams", "syn", "bytes"})
  void aGuestThatFloodsIsHeardInPartAndOneBesideItInWhole(String flood) throws Exception {
    try (NamespaceRun loud = start(clients.command(flood, 3));
        NamespaceRun quiet = start(clients.command("pages", 300))) {
      NamespaceRun.Outcome beside = quiet.await();
      assertThat(beside.output()).startsWith("300 done, 0 failed");
      assertThat(beside.conversations()).hasSize(300);
      assertThat(beside.state()).isEqualTo(FacetState.OBSERVED);
      assertThat(memory(loud)).isLessThan(64_000);
      NamespaceRun.Outcome flooded = loud.await();
      Matcher sent = Pattern.compile("(\\d+) done").matcher(flooded.output());
      assertThat(sent.find()).isTrue();
      if (flood.equals("bytes")) { // slowed down, and heard in whole
        assertThat(flooded.conversations())
            .singleElement()
            .satisfies(it -> assertThat(it.sentBytes()).isEqualTo(Long.parseLong(sent.group(1))));
        assertThat(Long.parseLong(sent.group(1))).isBetween(1L << 20, 300L << 20);
      } else {
        assertThat(Long.parseLong(sent.group(1))).isGreaterThan(11_000);
        assertThat(flooded.state().kind()).isEqualTo(FacetState.Kind.CUT);
        assertThat(flooded.conversations()).hasSizeLessThanOrEqualTo(Chronicle.MOST);
      }
    }
  }
}

package org.malassay.raspbian;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.GuestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running QEMU with its monitor, the way in to {@code awake.c} in the guest, and a folder of
 * its own. It ends with this process, however that one ends.
 */
final class Vm implements AutoCloseable {
  private static final String PREFIX = "malassay-raspbian-";
  private static final Pattern FOLDER = Pattern.compile(PREFIX + "(\\d{1,18})-\\d+");
  private static final Logger LOG = LoggerFactory.getLogger(Vm.class);
  private static final Duration CONNECTING = Duration.ofSeconds(30);
  private static final Duration ENDING = Duration.ofSeconds(10);
  private static final int CONSOLE_KEPT = 64 * 1024;
  private static final int ENTROPY = 64;
  private static final Pattern FORWARD =
      Pattern.compile(
          "TCP\\[HOST_FORWARD\\]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+(\\d+)");

  /**
   * Runs QEMU for as long as somebody holds the other end of the standard input: when this process
   * is killed, nothing else would end it or remove its folder.
   */
  private static final String LEASH =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      qemu=$!
      { while read -r _; do :; done; kill -9 $qemu; rm -rf "$PWD"; } <&3 >/dev/null 2>&1 &
      exec 3<&-
      wait $qemu
      status=$?
      kill $!
      exit $status
      """;

  private final Path folder;
  private final Process leash;
  private final SocketChannel awake;
  private final Qmp qmp;
  private final SecureRandom random = new SecureRandom();
  private @Nullable Map<Integer, Integer> ports;

  private Vm(Path folder, Process leash, SocketChannel awake, Qmp qmp) {
    this.folder = folder;
    this.leash = leash;
    this.awake = awake;
    this.qmp = qmp;
  }

  /**
   * Starts QEMU.
   *
   * @param folder a new one, removed with the machine
   */
  static Vm start(List<String> command, Path folder) throws GuestException {
    Process leash = null;
    try (ServerSocketChannel qmp = listen(folder.resolve(Machine.QMP));
        ServerSocketChannel awake = listen(folder.resolve(Machine.AWAKE))) {
      List<String> leashed = new ArrayList<>(List.of("sh", "-c", LEASH, "malassay-qemu"));
      leashed.addAll(command);
      ProcessBuilder builder =
          new ProcessBuilder(leashed)
              .directory(folder.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(folder.resolve("qemu.err").toFile());
      builder.environment().put("TMPDIR", folder.toString()); // the clone's disk
      leash = builder.start();
      Runnable giveUp =
          () -> {
            close(qmp);
            close(awake);
          };
      CompletableFuture<Void> ended = leash.onExit().thenRun(giveUp);
      CompletableFuture.delayedExecutor(CONNECTING.toSeconds(), TimeUnit.SECONDS).execute(giveUp);
      SocketChannel monitor = qmp.accept();
      SocketChannel port = awake.accept();
      Vm vm = new Vm(folder, leash, port, new Qmp(monitor));
      ended.cancel(false);
      // A guest has no kernel to start anew from: a reboot is its end.
      vm.qmp.execute("set-action", Map.of("reboot", "shutdown"));
      return vm;
    } catch (IOException | GuestException e) {
      String said = tail(folder.resolve("qemu.err"), 2000);
      if (leash != null) {
        end(leash);
      }
      removeFolder(folder);
      throw new GuestException("QEMU did not start: %s %s".formatted(said.strip(), e), e);
    }
  }

  private static ServerSocketChannel listen(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    return server;
  }

  private static void close(ServerSocketChannel server) {
    try {
      server.close();
    } catch (IOException e) {
      // nobody is waited for any more
    }
  }

  Qmp qmp() {
    return qmp;
  }

  /** The port on the host's loopback that leads to a port of the guest. */
  int port(int guestPort) throws GuestException {
    if (ports == null) {
      Map<Integer, Integer> found = new java.util.HashMap<>();
      String text = qmp.human("info usernet");
      for (Matcher matcher = FORWARD.matcher(text); matcher.find(); ) {
        found.put(Integer.valueOf(matcher.group(2)), Integer.valueOf(matcher.group(1)));
      }
      ports = Map.copyOf(found);
    }
    @Nullable Integer port = ports.get(guestPort);
    if (port == null) {
      throw new GuestException("QEMU forwards no port to the guest's port " + guestPort);
    }
    return port;
  }

  /**
   * Gives the guest the right time and random numbers of its own, and waits until it has them.
   *
   * @param timeout how long it may take, booting included
   */
  void wake(Duration timeout) throws GuestException {
    Instant now = Instant.now();
    byte[] entropy = new byte[ENTROPY];
    random.nextBytes(entropy);
    ByteBuffer message =
        ByteBuffer.allocate(Long.BYTES + ENTROPY)
            .putLong(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano())
            .put(entropy)
            .flip();
    CompletableFuture<Void> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                while (message.hasRemaining()) {
                  awake.write(message);
                }
                if (awake.read(ByteBuffer.allocate(1)) == 1) {
                  answer.complete(null);
                } else {
                  answer.completeExceptionally(new IOException("QEMU is gone"));
                }
              } catch (IOException e) {
                answer.completeExceptionally(e);
              }
            },
            "waking a guest");
    thread.setDaemon(true);
    thread.start();
    try {
      answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException("interrupted", e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new GuestException(
          "the guest did not wake up in %d s: %s".formatted(timeout.toSeconds(), console()), e);
    }
  }

  /** True while QEMU runs. */
  boolean isAlive() {
    return leash.isAlive();
  }

  /** The end of what the guest wrote to its console: hostile text. */
  String console() {
    return tail(folder.resolve(Machine.CONSOLE), CONSOLE_KEPT);
  }

  /** The processor time that QEMU has got so far, zero when it cannot be told. */
  Duration cpu() {
    return leash
        .descendants()
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static String tail(Path file, int length) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(Math.max(0, in.length() - length));
      byte[] bytes = new byte[length];
      int n = in.read(bytes);
      return n < 0 ? "" : new String(bytes, 0, n, UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** Waits for QEMU's own end. */
  void awaitEnd() throws GuestException {
    try {
      if (!leash.waitFor(ENDING.toSeconds(), TimeUnit.SECONDS)) {
        throw new GuestException("QEMU does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException("interrupted", e);
    }
  }

  private static void end(Process leash) {
    leash.descendants().forEach(ProcessHandle::destroyForcibly);
    try {
      if (!leash.waitFor(ENDING.toSeconds(), TimeUnit.SECONDS)) {
        leash.destroyForcibly();
      }
    } catch (InterruptedException e) {
      leash.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      leash.getOutputStream().close();
    } catch (IOException e) {
      // the process is gone; so is its input
    }
  }

  private static void removeFolder(Path folder) {
    try {
      Cache.delete(folder);
    } catch (IOException | java.io.UncheckedIOException e) {
      LOG.warn("left behind: {} ({})", folder, e.toString());
    }
  }

  /** Ends the machine, and removes its folder. */
  @Override
  public void close() {
    qmp.close();
    try {
      awake.close();
    } catch (IOException e) {
      // nothing is lost with it
    }
    end(leash);
    removeFolder(folder);
  }

  /**
   * Removes the folders of runs that were killed before QEMU had one of them. A folder whose
   * process lives, whoever has its number now, stays.
   */
  static void sweep() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      folders.filter(Vm::isOrphan).forEach(Vm::removeFolder);
    }
  }

  private static boolean isOrphan(Path folder) {
    Matcher name = FOLDER.matcher(folder.getFileName().toString());
    return name.matches()
        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
  }

  /** A new folder for a machine, short enough for the names of sockets. */
  static Path newFolder() throws GuestException {
    try {
      return Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
    } catch (IOException e) {
      throw new GuestException(
          "no folder can be made in %s: %s".formatted(System.getProperty("java.io.tmpdir"), e), e);
    }
  }
}

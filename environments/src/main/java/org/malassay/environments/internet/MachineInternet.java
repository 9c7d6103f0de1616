package org.malassay.environments.internet;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environment.Opening;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.files.Folders;

/**
 * Makes the simulated Internets of machines that QEMU emulates on this host: a tap in a network
 * namespace of its own for each. As root, or as anybody who may have user namespaces and open
 * {@code /dev/net/tun}. Safe for use by several threads.
 */
public final class MachineInternet {
  /** The name of the Unix socket, in the machine's folder, that its program connects to. */
  public static final String SOCKET = "internet";

  private static final int MOST_SAID = 2000;

  private final InternetProgram program;
  private final Answers answers;
  private final Timeouts timeouts;

  MachineInternet(InternetProgram program, Answers answers, Timeouts timeouts) {
    this.program = program;
    this.answers = answers;
    this.timeouts = timeouts;
  }

  /**
   * Compiles what is not there yet, and makes a network, to see that it can be had.
   *
   * @throws EnvironmentException if it cannot be compiled
   * @throws GuestException if the kernel does not let it
   */
  public static MachineInternet open(Opening opening, Timeouts timeouts)
      throws EnvironmentException, GuestException {
    InternetProgram program = InternetProgram.get(Cache.in(Optional.empty(), "internet"));
    MachineInternet internet =
        new MachineInternet(
            program,
            Answers.load(opening.options(), opening.payloads(), program.harmless()),
            timeouts);
    internet.tryOut();
    return internet;
  }

  /** The value of QEMU's option {@code -netdev} that stands for such a network. */
  public static String netdev(String id) {
    return InternetProgram.netdev(id);
  }

  /**
   * The command that runs QEMU in a network of its own, and ends with it.
   *
   * @param ports of the guest that the host is to reach
   * @param qemu QEMU's command, with {@link #netdev} in it; it is run in the folder of {@link
   *     #SOCKET}
   */
  public List<String> command(List<Integer> ports, List<String> qemu) {
    return program.machine(SOCKET, ports, qemu);
  }

  /**
   * The network of a machine whose command was started.
   *
   * @param channel that its program has opened, which the caller closes
   * @param folder a new one, for what is kept until it is collected; deleted with what is returned
   */
  public GuestInternet connect(SocketChannel channel, Path folder) throws GuestException {
    return GuestInternet.in(folder, () -> Relay.of(channel, timeouts, answers, folder));
  }

  /**
   * Makes a network, says something in it, and ends it.
   *
   * @throws GuestException if it cannot be had
   */
  void tryOut() throws GuestException {
    try {
      Path folder = Files.createTempDirectory("malassay-internet");
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(folder.resolve(SOCKET)));
        Process process =
            new ProcessBuilder(program.check(SOCKET))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (SocketChannel channel =
            accept(server, process, timeouts.of(Timeout.INTERNET_NETWORK), timeouts)) {
          NetworkCheck.run(
              Relay.of(channel, timeouts, answers, folder), () -> talk(process, timeouts));
        } finally {
          process.destroyForcibly();
        }
      } finally {
        Folders.delete(folder);
      }
    } catch (IOException e) {
      throw new GuestException("the simulated Internet could not be tried: " + e.getMessage(), e);
    }
  }

  /** Has the program talk in the place of a machine; what it says of that in a line. */
  private static String talk(Process process, Timeouts timeouts) throws GuestException {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    FutureTask<String> line =
        new FutureTask<>(() -> Objects.requireNonNullElse(lines.readLine(), ""));
    Thread reader = new Thread(line, "check of a simulated Internet");
    reader.setDaemon(true);
    reader.start();
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      return Await.value(line, timeouts.of(Timeout.INTERNET_CHECK));
    } catch (IOException | ExecutionException e) {
      throw new GuestException("the simulated Internet is gone: " + e.getMessage(), e);
    } catch (TimeoutException e) {
      throw new GuestException(
          "nothing can be said in the simulated Internet" + timeouts.over(Timeout.INTERNET_CHECK),
          e);
    }
  }

  /** Waits for the program to connect, or to end, but not longer than this. */
  static SocketChannel accept(
      ServerSocketChannel server, Process process, Duration most, Timeouts timeouts)
      throws GuestException {
    Runnable giveUp = () -> close(server);
    CompletableFuture<Void> ended = process.onExit().thenRun(giveUp);
    CompletableFuture.delayedExecutor(most.toMillis(), TimeUnit.MILLISECONDS).execute(giveUp);
    try {
      SocketChannel accepted = server.accept();
      ended.cancel(false);
      return accepted;
    } catch (IOException e) {
      String why = process.isAlive() ? "did not connect" + timeouts.over(most) : said(process);
      throw new GuestException("the simulated Internet " + why, e);
    }
  }

  private static void close(ServerSocketChannel server) {
    try {
      server.close();
    } catch (IOException e) {
      // nobody waits there
    }
  }

  /** Why the program ended. */
  private static String said(Process process) {
    try {
      String said =
          new String(process.getInputStream().readNBytes(MOST_SAID), StandardCharsets.UTF_8);
      return said.isBlank()
          ? "ended with status %d and said nothing".formatted(process.exitValue())
          : said.strip().replaceFirst("^internet: ", "");
    } catch (IOException e) {
      return "ended";
    }
  }
}

package org.malassay.environments.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Origin;
import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;
import org.malassay.environment.Used;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Owner;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.internet.GuestInternet;
import org.malassay.environments.internet.MachineInternet;
import org.malassay.files.Folders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running QEMU with its monitor, sockets that lead into the guest, and a folder of its own. It
 * ends with this process, however that one ends.
 */
public final class Vm implements AutoCloseable {
  /** The name by which a command connects the guest's console to this side. */
  public static final String CONSOLE = "chardev:console";

  private static final String QMP = "qmp";
  private static final String CONSOLE_SOCKET = "console";
  private static final String ERRORS = "qemu.err";
  private static final String OWNER = "owner";

  /** The folder of what a guest's Internet keeps. */
  private static final String KEPT = "kept";

  /**
   * Adds a console for each of the machine's ports that wants one, a monitor, and that a reboot
   * ends the guest: it has no kernel to start anew from.
   */
  private static final List<String> MONITOR =
      List.of(
          "-chardev",
          "socket,id=console,mux=on,path=" + CONSOLE_SOCKET,
          "-chardev",
          "socket,id=qmp,path=" + QMP,
          "-mon",
          "chardev=qmp,mode=control",
          "-action",
          "reboot=shutdown");

  private static final String PREFIX = "malassay-qemu-";
  private static final Pattern FOLDER = Pattern.compile(PREFIX + "\\d{1,18}-\\d+");
  private static final Logger LOG = LoggerFactory.getLogger(Vm.class);

  /** How long a killed process is waited for: it ends at once, or not at all. */
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** More time than a machine takes that runs no sample, or has none yet. */
  private static final Duration WITHOUT_SAMPLE = Duration.ofDays(1);

  private static final Pattern FORWARD =
      Pattern.compile(
          "TCP\\[HOST_FORWARD\\]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+(\\d+)");

  /**
   * No file grows beyond so many blocks of 512 bytes. QEMU takes it for a full disk: it ends a
   * capture, and runs on.
   */
  private static final String BOUND =
      """
      trap '' XFSZ
      ulimit -f %d
      """;

  private static final int BLOCK = 512;

  /**
   * Runs QEMU for as long as somebody holds the other end of the standard input: when this process
   * is killed, nothing else would end it or remove its folder. The program of the simulated
   * Internet ends then, too, and QEMU with it: its status (NOBODY_LISTENS) has the folder's end
   * waited for.
   */
  private static final String LEASH =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      qemu=$!
      { while read -r _; do :; done; trap '' TERM; kill -9 $qemu; rm -rf "$PWD"; } <&3 >/dev/null 2>&1 &
      exec 3<&-
      wait $qemu
      status=$?
      [ $status -ne 75 ] || sleep 2
      { kill $!; wait $!; } 2>/dev/null
      exit $status
      """;

  private final Path folder;
  private final Process leash;
  private final Map<String, SocketChannel> channels;
  private final Optional<GuestInternet> internet;
  private final Qmp qmp;
  private final Console console;
  private final List<Long> vcpus;
  private final Timeouts timeouts;
  private @Nullable Map<Integer, Integer> ports;

  private Vm(
      Path folder,
      Process leash,
      Map<String, SocketChannel> channels,
      Optional<GuestInternet> internet,
      Qmp qmp,
      Console console,
      List<Long> vcpus,
      Timeouts timeouts) {
    this.folder = folder;
    this.leash = leash;
    this.channels = channels;
    this.internet = internet;
    this.qmp = qmp;
    this.console = console;
    this.vcpus = vcpus;
    this.timeouts = timeouts;
  }

  /**
   * Starts QEMU, with a monitor of its own added to the command.
   *
   * @param command with relative names of files, which lie in the folder, and with {@link
   *     Network#netdev}
   * @param folder a new one, removed with the machine
   * @param channels the names of sockets in the folder that the command has QEMU connect to; one
   *     whose name is the id of a serial port is closed when the guest closes the port
   * @param timeouts how long is waited for QEMU, and for the guest
   * @param network that the command has
   */
  public static Vm start(
      List<String> command, Path folder, Set<String> channels, Timeouts timeouts, Network network)
      throws GuestException {
    return start(LEASH, command, folder, channels, timeouts, network);
  }

  /**
   * The same for a machine that writes no disks: a guest that floods the network that QEMU captures
   * does not fill the host's disk.
   *
   * @param fileBytes how large any file can grow that QEMU writes
   */
  public static Vm startBounded(
      List<String> command,
      Path folder,
      Set<String> channels,
      Timeouts timeouts,
      Network network,
      long fileBytes)
      throws GuestException {
    String script = BOUND.formatted(fileBytes / BLOCK) + LEASH;
    return start(script, command, folder, channels, timeouts, network);
  }

  private static Vm start(
      String script,
      List<String> command,
      Path folder,
      Set<String> channels,
      Timeouts timeouts,
      Network network)
      throws GuestException {
    Process leash = null;
    Map<String, ServerSocketChannel> servers = new LinkedHashMap<>();
    Map<String, SocketChannel> accepted = new HashMap<>();
    try {
      if (network.internet().isPresent()) {
        servers.put(MachineInternet.SOCKET, listen(folder.resolve(MachineInternet.SOCKET)));
      }
      for (String name :
          Stream.concat(Stream.of(QMP, CONSOLE_SOCKET), channels.stream().sorted()).toList()) {
        servers.put(name, listen(folder.resolve(name)));
      }
      List<String> qemu = new ArrayList<>(command);
      qemu.addAll(MONITOR);
      List<String> leashed = new ArrayList<>(List.of("sh", "-c", script, "malassay-qemu"));
      leashed.addAll(network.around(qemu));
      ProcessBuilder builder =
          new ProcessBuilder(leashed)
              .directory(folder.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(folder.resolve(ERRORS).toFile());
      builder.environment().put("TMPDIR", folder.toString()); // throw-away disks
      leash = builder.start();
      Runnable giveUp = () -> servers.values().forEach(Vm::close);
      CompletableFuture<Void> ended = leash.onExit().thenRun(giveUp);
      CompletableFuture.delayedExecutor(
              timeouts.of(Timeout.QEMU_START).toMillis(), TimeUnit.MILLISECONDS)
          .execute(giveUp);
      for (Map.Entry<String, ServerSocketChannel> server : servers.entrySet()) {
        accepted.put(server.getKey(), server.getValue().accept());
      }
      Optional<GuestInternet> internet = connect(network, accepted, folder);
      Map<String, SocketChannel> led = new HashMap<>(accepted);
      Console console = new Console(Objects.requireNonNull(led.remove(CONSOLE_SOCKET)));
      // QEMU keeps a port's socket open when nobody in the guest has the port open any more; this
      // closes it.
      Qmp qmp =
          new Qmp(
              Objects.requireNonNull(led.remove(QMP)),
              port -> Optional.ofNullable(led.get(port)).ifPresent(Vm::close),
              timeouts);
      ended.cancel(false);
      List<Long> vcpus = new ArrayList<>();
      qmp.execute("query-cpus-fast", Map.of())
          .forEach(vcpu -> vcpus.add(vcpu.path("thread-id").asLong()));
      return new Vm(
          folder, leash, Map.copyOf(led), internet, qmp, console, List.copyOf(vcpus), timeouts);
    } catch (IOException | GuestException e) {
      accepted.values().forEach(Vm::close);
      String said = tail(folder.resolve(ERRORS), 2000);
      String remedy = leash != null && leash.isAlive() ? timeouts.remedy() : "";
      if (leash != null) {
        end(leash);
      }
      removeFolder(folder);
      throw new GuestException("QEMU did not start: %s %s%s".formatted(said.strip(), e, remedy), e)
          .with(Piece.text(ERRORS, "what QEMU said", Origin.HOST), said);
    } finally {
      servers.values().forEach(Vm::close);
    }
  }

  private static Optional<GuestInternet> connect(
      Network network, Map<String, SocketChannel> accepted, Path folder)
      throws IOException, GuestException {
    if (network.internet().isEmpty()) {
      return Optional.empty();
    }
    SocketChannel channel = Objects.requireNonNull(accepted.get(MachineInternet.SOCKET));
    Path kept = Files.createDirectory(folder.resolve(KEPT));
    return Optional.of(network.internet().get().connect(channel, kept));
  }

  private static ServerSocketChannel listen(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    return server;
  }

  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing is lost with it
    }
  }

  /** How long is waited for this machine. */
  public Timeouts timeouts() {
    return timeouts;
  }

  /** QEMU's monitor. */
  public Qmp qmp() {
    return qmp;
  }

  /** The port on the host's loopback that leads to a port of the guest. */
  public int port(int guestPort) throws GuestException {
    if (internet.isPresent()) {
      return internet.get().port(guestPort);
    }
    if (ports == null) {
      Map<Integer, Integer> found = new HashMap<>();
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

  /** The simulated Internet that the guest finds; empty when it finds none. */
  public Optional<GuestInternet> internet() {
    return internet;
  }

  /** A file in the folder of the machine. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** The open socket of this name. */
  public SocketChannel channel(String name) {
    return Objects.requireNonNull(channels.get(name), name);
  }

  /** True while QEMU runs. */
  public boolean isAlive() {
    return leash.isAlive();
  }

  /**
   * The beginning and the end of what the guest wrote to its console, hostile text; all of it that
   * came before a guest's end once that is told.
   */
  public String console() {
    if (qmp.guestEnd().isDone()) {
      console.awaitEnd(timeouts.of(Timeout.QEMU_LAST_WORDS));
    }
    return console.text();
  }

  /** What the host has given each of the emulated processors so far. */
  public List<VcpuTime> vcpus() {
    return vcpus.stream().map(VcpuTime::of).toList();
  }

  /**
   * What the host has given QEMU so far: the processor time of the emulated processors, and QEMU's
   * memory, that of the guest and of its emulation, with what clones share; in a simulated Internet
   * the packets that passed, too, those of the host's requests included.
   *
   * @return empty when QEMU is gone, or about to go
   */
  public Optional<Used> used() {
    // Not whether the shell lives: it waits for the program of the Internet, which outlives QEMU.
    Optional<Used> used = qmp.guestEnd().isDone() ? Optional.empty() : used(vcpus);
    return used.map(it -> internet().map(counting -> counting.count(it)).orElse(it));
  }

  /** What a process has got whose threads these are; empty when one of them has ended. */
  static Optional<Used> used(List<Long> threads) {
    Duration cpu = Duration.ZERO;
    for (long thread : threads) {
      Optional<VcpuTime> time = VcpuTime.read(thread);
      if (time.isEmpty()) {
        return Optional.empty();
      }
      cpu = cpu.plus(time.get().ran());
    }
    ProcessMemory memory = ProcessMemory.of(threads.get(0));
    if (memory.bytes().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Used(
            cpu,
            memory.bytes(),
            memory.peakBytes(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalLong.empty()));
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
  public void awaitEnd() throws GuestException {
    if (!Await.end(leash, timeouts.of(Timeout.QEMU_END))) {
      throw new GuestException("QEMU did not end" + timeouts.over(Timeout.QEMU_END));
    }
  }

  private static void end(Process leash) {
    leash.descendants().forEach(ProcessHandle::destroyForcibly);
    if (!Await.quietly(() -> leash.waitFor(CLOSING.toMillis(), TimeUnit.MILLISECONDS))) {
      leash.destroyForcibly();
    }
    try {
      leash.getOutputStream().close();
    } catch (IOException e) {
      // the process is gone; so is its input
    }
  }

  private static void removeFolder(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      LOG.warn("left behind: {} ({})", folder, e.toString());
    }
  }

  /** Ends the machine, and removes its folder. */
  @Override
  public void close() {
    qmp.close();
    end(leash); // before its channels: a program that loses them is waited for
    channels.values().forEach(Vm::close);
    console.close();
    internet.ifPresent(GuestInternet::close);
    removeFolder(folder);
  }

  /**
   * Removes the folders of runs that were killed before QEMU had one of them, and ends what still
   * runs in them: a QEMU whose shell was killed as well. A folder whose owner lives stays, and so
   * does one whose owner cannot be seen from here, until it is surely not needed any more.
   */
  public static void sweep() throws IOException {
    Owner self = Owner.self();
    Instant now = Instant.now();
    try (Stream<Path> folders = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      folders
          .filter(Vm::isMachine)
          .filter(folder -> self.isOrphan(marks(folder), now))
          .forEach(Vm::sweep);
    }
  }

  private static void sweep(Path orphan) {
    ProcessHandle.allProcesses()
        .filter(process -> worksIn(process, orphan))
        .forEach(ProcessHandle::destroyForcibly);
    removeFolder(orphan);
  }

  private static boolean worksIn(ProcessHandle process, Path folder) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
          .equals(folder.toRealPath());
    } catch (IOException | UnsupportedOperationException e) {
      return false; // it has ended, or is somebody else's
    }
  }

  private static boolean isMachine(Path folder) {
    return FOLDER.matcher(folder.getFileName().toString()).matches()
        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
  }

  /** Empty where none were written, or not to the end. */
  private static Map<String, String> marks(Path folder) {
    Properties marks = new Properties();
    try (Reader in = Files.newBufferedReader(folder.resolve(OWNER))) {
      marks.load(in);
    } catch (IOException | IllegalArgumentException e) {
      return Map.of();
    }
    return marks.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, marks::getProperty));
  }

  /** A new folder for a machine that runs no sample. */
  public static Path newFolder() throws GuestException {
    return newFolder(Duration.ZERO);
  }

  /**
   * A new folder for a machine, short enough for the names of sockets.
   *
   * @param limit the time that the machine's sample has
   */
  public static Path newFolder(Duration limit) throws GuestException {
    Owner self = Owner.self();
    Duration life = WITHOUT_SAMPLE.plus(new TimeLimit(limit).most());
    try {
      Path folder = Files.createTempDirectory(PREFIX + self.pid() + "-");
      Properties marks = new Properties();
      marks.putAll(self.marks(Instant.now(), life));
      try (Writer out = Files.newBufferedWriter(folder.resolve(OWNER))) {
        marks.store(out, null);
      }
      return folder;
    } catch (IOException e) {
      throw new GuestException(
          "no folder can be made in %s: %s".formatted(System.getProperty("java.io.tmpdir"), e), e);
    }
  }
}

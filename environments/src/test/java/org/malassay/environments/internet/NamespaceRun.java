package org.malassay.environments.internet;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Question;
import org.malassay.environment.Evidence;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;
import org.malassay.files.Folders;

/** Runs a command in a real network of its own, whose far side is answered. */
final class NamespaceRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path folder;
  private final Process process;
  private final SocketChannel channel;
  private final GuestNetwork network;
  private final CompletableFuture<String> output;
  private final List<Event> events = new ArrayList<>();

  /** What came of a command. */
  record Outcome(int status, String output, List<Event> events, FacetState state, Path evidence) {
    List<Conversation> conversations() {
      return events.stream()
          .filter(Conversation.class::isInstance)
          .map(Conversation.class::cast)
          .toList();
    }

    /** Each event in a line. */
    List<String> told() {
      return events.stream().map(Outcome::line).toList();
    }

    private static String line(Event event) {
      if (event instanceof Question it) {
        return "%s: %s: %s".formatted(it.protocol(), it.asked(), it.answer());
      }
      Conversation it = (Conversation) event;
      return "%s: %s: %s".formatted(it.transport(), it.peer(), it.protocol().orElse("unknown"));
    }
  }

  private NamespaceRun(Path folder, Process process, SocketChannel channel, Answers answers)
      throws GuestException {
    this.folder = folder;
    this.process = process;
    this.channel = channel;
    this.output =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new String(
                    process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
              } catch (IOException e) {
                return e.toString();
              }
            });
    this.network = Relay.of(channel, new Timeouts(1), answers, folder);
    network.observe(
        Instant.now(),
        event -> {
          synchronized (events) {
            events.add(event);
          }
        });
  }

  /** Starts a command. */
  static NamespaceRun start(InternetProgram program, Answers answers, List<String> command)
      throws IOException, GuestException {
    return start(answers, socket -> program.guest(socket, List.of(), command), List.of());
  }

  /** The command that is started, which connects to a socket. */
  interface Command {
    List<String> of(String socket);
  }

  static NamespaceRun start(Answers answers, Command command, List<String> before)
      throws IOException, GuestException {
    Path folder = Files.createTempDirectory("malassay-net");
    Files.setPosixFilePermissions(
        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    Path socket = folder.resolve("frames");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(
          socket, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
      List<String> words = new ArrayList<>(before);
      words.addAll(command.of(socket.toString()));
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getOutputStream().close();
      SocketChannel channel = accept(server, process);
      return new NamespaceRun(folder, process, channel, answers);
    }
  }

  /** Waits for the program or for its end, whichever comes first. */
  private static SocketChannel accept(ServerSocketChannel server, Process process)
      throws IOException {
    CompletableFuture<Void> ended =
        process
            .onExit()
            .thenRun(
                () -> {
                  try {
                    server.close();
                  } catch (IOException e) {
                    // it is closed
                  }
                });
    try {
      SocketChannel accepted = server.accept();
      ended.cancel(false);
      return accepted;
    } catch (IOException e) {
      throw new IOException(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip(), e);
    }
  }

  GuestNetwork network() {
    return network;
  }

  Process process() {
    return process;
  }

  /** Goes away, as a process does that is killed. */
  void hangUp() throws IOException {
    channel.close();
  }

  /** Waits for the command's end. */
  Outcome await(Function<List<Event>, Owners> owners) throws Exception {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it does not end; it said: " + output.get(5, TimeUnit.SECONDS));
    }
    Path evidence = folder.resolve("evidence");
    FacetState state = network.finish();
    network.collect(new Evidence(evidence), owners.apply(List.copyOf(events)));
    synchronized (events) {
      return new Outcome(
          process.exitValue(),
          output.get(5, TimeUnit.SECONDS),
          List.copyOf(events),
          state,
          evidence);
    }
  }

  Outcome await() throws Exception {
    return await(events -> Owners.NONE);
  }

  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    channel.close();
    Folders.delete(folder);
  }
}

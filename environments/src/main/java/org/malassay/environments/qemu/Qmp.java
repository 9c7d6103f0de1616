package org.malassay.environments.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;

/**
 * QEMU's monitor: commands as JSON lines, answered in turn, and events in between (QEMU's
 * docs/interop/qmp-spec). Used by one thread; events come in another.
 */
public final class Qmp implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SocketChannel channel;
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> migrated = new CompletableFuture<>();
  private final CompletableFuture<String> guestEnd = new CompletableFuture<>();
  private final Consumer<String> closedPorts;
  private final Timeouts timeouts;

  /**
   * Greets QEMU on the other end of this channel.
   *
   * @param closedPorts told the id of each serial port that the guest closes, in another thread
   */
  Qmp(SocketChannel channel, Consumer<String> closedPorts, Timeouts timeouts)
      throws GuestException {
    this.timeouts = timeouts;
    this.channel = channel;
    this.closedPorts = closedPorts;
    Thread reader = new Thread(this::read, "QMP");
    reader.setDaemon(true);
    reader.start();
    execute("qmp_capabilities", Map.of());
  }

  /** The guest ended by itself: the reason in QEMU's words. Fails when QEMU goes without a word. */
  public CompletableFuture<String> guestEnd() {
    return guestEnd;
  }

  /**
   * Has QEMU do something.
   *
   * @return what it returned
   */
  public JsonNode execute(String command, Map<String, ?> arguments) throws GuestException {
    ObjectNode request = JSON.createObjectNode().put("execute", command);
    if (!arguments.isEmpty()) {
      request.set("arguments", JSON.valueToTree(arguments));
    }
    @Nullable JsonNode answer;
    Duration most = timeouts.of(Timeout.QEMU_ANSWER);
    try {
      ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      answer = answers.poll(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      throw new GuestException("QEMU is gone: " + e, e);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
    if (answer == null) {
      throw new GuestException("QEMU did not %s%s".formatted(command, timeouts.over(most)));
    }
    if (answer.has("error") || answer.isNull()) {
      throw new GuestException("QEMU did not %s: %s".formatted(command, answer));
    }
    return answer.path("return");
  }

  /** Saves or loads the machine's state, memory in shared files excepted. */
  public void migrate(String command, String uri) throws GuestException {
    execute(
        "migrate-set-capabilities",
        Map.of(
            "capabilities",
            new Object[] {
              Map.of("capability", "x-ignore-shared", "state", true),
              Map.of("capability", "events", "state", true)
            }));
    execute(command, Map.of("uri", uri));
    String status = await(migrated);
    if (!status.equals("completed")) {
      throw new GuestException(
          "QEMU did not %s %s: %s (%s)"
              .formatted(command, uri, status, execute("query-migrate", Map.of())));
    }
  }

  /** A command of QEMU's monitor for humans, for what the other one cannot tell. */
  public String human(String line) throws GuestException {
    return execute("human-monitor-command", Map.of("command-line", line)).asText();
  }

  private <T> T await(CompletableFuture<T> future) throws GuestException {
    try {
      return Await.value(future, timeouts.of(Timeout.QEMU_ANSWER));
    } catch (TimeoutException e) {
      throw new GuestException(
          "QEMU did not come to an end" + timeouts.over(Timeout.QEMU_ANSWER), e);
    } catch (ExecutionException e) {
      throw new GuestException("QEMU does not come to an end: " + e, e);
    }
  }

  private void read() {
    IOException end = new IOException("QEMU is gone");
    try (BufferedReader lines = new BufferedReader(Channels.newReader(channel, UTF_8))) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode message = JSON.readTree(line);
        if (message.has("event")) {
          on(message.path("event").asText(), message.path("data"));
        } else if (!message.has("QMP")) {
          answers.add(message);
        }
      }
    } catch (IOException e) {
      end = e;
    }
    answers.add(JSON.nullNode());
    migrated.completeExceptionally(end);
    guestEnd.completeExceptionally(end);
  }

  private void on(String event, JsonNode data) {
    String status = data.path("status").asText();
    if (event.equals("MIGRATION") && (status.equals("completed") || status.equals("failed"))) {
      migrated.complete(status);
    } else if (event.equals("GUEST_PANICKED")) {
      guestEnd.complete("guest-panic");
    } else if (event.equals("SHUTDOWN") && data.path("guest").asBoolean()) {
      guestEnd.complete(data.path("reason").asText());
    } else if (event.equals("VSERPORT_CHANGE") && !data.path("open").asBoolean()) {
      closedPorts.accept(data.path("id").asText());
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing is lost with it
    }
  }
}

package org.malassay.environments.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A service on the loopback that serves one client at a time, as a test wants it. */
final class OneClientService implements BeforeEachCallback, AfterEachCallback {
  /** Less than what a guest has for its answer. */
  static final Duration SHORT = Duration.ofMillis(300);

  /** More than a test takes. */
  static final Duration LONG = Duration.ofSeconds(20);

  private @Nullable ServerSocket server;

  @Override
  public void beforeEach(ExtensionContext test) throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** What it does with a client. */
  interface Answer {
    void to(Socket client) throws Exception;
  }

  int port() {
    return server().getLocalPort();
  }

  /** Serves the next client; the value is empty, or what went wrong. */
  CompletableFuture<String> serve(Answer answer) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Socket client = server().accept()) {
            answer.to(client);
            return "";
          } catch (Exception e) {
            return e.toString();
          }
        });
  }

  /** Reads a request whose body has so many bytes. */
  static String request(Socket client, int body) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      text.append((char) client.getInputStream().read());
    }
    return text + new String(client.getInputStream().readNBytes(body), ISO_8859_1);
  }

  static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private ServerSocket server() {
    return Objects.requireNonNull(server);
  }

  void close() throws IOException {
    server().close();
  }

  @Override
  public void afterEach(ExtensionContext test) throws IOException {
    close();
  }
}

package org.malassay.environments.machine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class WaitingSessionTest {
  private static final byte[] VERSION = "SSH-2.0-server\r\n".getBytes(US_ASCII);
  private static final byte[] OFFER = {0, 0, 0, 3, 7, 8, 9};

  private SocketChannel input;
  private SocketChannel output;
  private WaitingSession session;

  @BeforeEach
  void connect(@TempDir Path folder) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("port"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      session =
          new WaitingSession(new Ports(SocketChannel.open(address), SocketChannel.open(address)));
      input = server.accept();
      output = server.accept();
    }
  }

  @AfterEach
  void close() throws IOException {
    input.close();
    output.close();
    session.ports().close();
  }

  private void says(byte[] bytes) throws IOException {
    output.write(ByteBuffer.wrap(bytes));
  }

  private String hears(int length) throws IOException {
    ByteBuffer heard = ByteBuffer.allocate(length);
    while (heard.hasRemaining()) {
      input.read(heard);
    }
    return new String(heard.array(), US_ASCII);
  }

  @Test
  void whatTheServerSaysBeforeTheKeyExchangeIsKeptWhole() throws Exception {
    var greeting = CompletableFuture.supplyAsync(this::greet);
    says(VERSION);
    assertThat(hears(18)).isEqualTo("SSH-2.0-malassay\r\n");
    for (byte each : OFFER) {
      says(new byte[] {each}); // in pieces
    }
    assertThat(greeting.get()).startsWith(VERSION).endsWith(OFFER).hasSize(23);
  }

  @Test
  void aServerThatClosesOrDoesNotStopIsTold() throws Exception {
    says(new byte[17 * 1024]);
    assertThatThrownBy(() -> session.greet()).hasMessageContaining("says more");
    output.close();
    assertThatThrownBy(this::greetAll).hasMessageContaining("the port was closed");
  }

  private void greetAll() throws IOException {
    while (true) {
      session.ports().out().read(ByteBuffer.allocate(1 << 16)); // what was left
      session.greet();
    }
  }

  private byte[] greet() {
    try {
      return session.greet();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aCloneIsGreetedFromTheFileAndNotToldTheVersionAgain() throws Exception {
    Socket socket = session.socket(new byte[] {1, 2}).createSocket();
    says(new byte[] {3});
    assertThat(socket.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
    socket.getOutputStream().write("SSH-2.0-mal".getBytes(US_ASCII));
    socket.getOutputStream().write("assay\r\nand more".getBytes(US_ASCII));
    assertThat(hears(8)).isEqualTo("and more");
  }

  @Test
  void anotherVersionThanTheTemplateWasToldIsRefused() throws Exception {
    Socket socket = session.socket(new byte[0]).createSocket();
    assertThatThrownBy(() -> socket.getOutputStream().write("SSH-2.0-other\r\n".getBytes(US_ASCII)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another version");
  }

  @Test
  void aGuestThatClosesItsPortEndsTheConversation() throws Exception {
    Socket socket = session.socket(new byte[0]).createSocket();
    output.close();
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    socket.close();
    assertThat(session.ports().in().isOpen() || session.ports().out().isOpen()).isFalse();
  }
}

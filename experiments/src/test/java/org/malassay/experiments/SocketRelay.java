package org.malassay.experiments;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A TCP port of this machine that leads to a Unix socket, until it is closed: what is behind it is
 * then gone for whoever came this way, and for nobody else.
 */
final class SocketRelay implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Path target;
  private final Queue<Channel> open = new ConcurrentLinkedQueue<>();

  private SocketRelay(ServerSocketChannel server, Path target) {
    this.server = server;
    this.target = target;
  }

  static SocketRelay to(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    SocketRelay relay = new SocketRelay(server, socket);
    relay.inBackground(relay::accept);
    return relay;
  }

  int port() {
    return server.socket().getLocalPort();
  }

  private interface Work {
    void run() throws IOException;
  }

  private void inBackground(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // one side went away, and with it the other
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel from = server.accept();
      SocketChannel to = SocketChannel.open(StandardProtocolFamily.UNIX);
      open.add(from);
      open.add(to);
      to.connect(UnixDomainSocketAddress.of(target));
      inBackground(() -> copy(from, to));
      inBackground(() -> copy(to, from));
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    while (from.read(buffer) >= 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
      buffer.clear();
    }
    to.shutdownOutput();
  }

  /** Ends every connection; none can be made any more. */
  void cut() throws IOException {
    server.close();
    for (Channel channel : open) {
      channel.close();
    }
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}

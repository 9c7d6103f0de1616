package org.malassay.environments.internet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.malassay.environment.GuestException;

/**
 * Connections from the host's loopback into the guest. Neither side can be sent more than it takes:
 * a window of bytes is under way, and no more. Safe for use by several threads.
 */
final class Inbound implements AutoCloseable {
  private static final int BACKLOG = 64;
  private static final byte[] END = {};
  private static final byte[] BROKEN = {};

  private final Relay relay;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, Tunnel> tunnels = new ConcurrentHashMap<>();

  // Guarded by this.
  private final List<ServerSocket> servers = new ArrayList<>();
  private boolean closed;

  Inbound(Relay relay) {
    this.relay = relay;
  }

  /** A port of the host's loopback that leads to a port of the guest. */
  int forward(int guestPort) throws GuestException {
    try {
      ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
      synchronized (this) {
        if (closed) {
          server.close();
          throw new GuestException("the guest's network is gone");
        }
        servers.add(server);
      }
      start("to port " + guestPort + " of a guest", () -> accept(server, guestPort));
      return server.getLocalPort();
    } catch (IOException e) {
      throw new GuestException("no port of the loopback can be had: " + e.getMessage(), e);
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocket server, int guestPort) {
    try {
      while (true) {
        Socket local = server.accept();
        local.setTcpNoDelay(true);
        Tunnel tunnel = new Tunnel(ids.incrementAndGet() | Frame.INBOUND_ID, local);
        tunnels.put(tunnel.id, tunnel);
        relay.send(Frame.begin(Frame.INBOUND, tunnel.id, 2).putShort((short) guestPort));
        start("into a guest", tunnel::read);
        start("out of a guest", tunnel::write);
      }
    } catch (IOException e) {
      // closed: nobody comes any more
    }
  }

  /** Takes a frame about one of these connections. */
  void on(Frame frame) {
    Optional.ofNullable(tunnels.get(frame.id())).ifPresent(tunnel -> tunnel.on(frame));
  }

  /** The guest is gone: what it has said is still handed on. */
  void end() {
    closeServers();
    tunnels.values().forEach(tunnel -> tunnel.fromGuest.add(BROKEN));
  }

  @Override
  public void close() {
    closeServers();
    tunnels.values().forEach(Tunnel::tear);
  }

  private void closeServers() {
    List<ServerSocket> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(servers);
    }
    for (ServerSocket server : open) {
      try {
        server.close();
      } catch (IOException e) {
        // nothing is lost with it
      }
    }
  }

  /** One connection. */
  private final class Tunnel {
    private final int id;
    private final Socket local;

    /** Bounded by the window: the program sends no more until it was taken. */
    private final BlockingQueue<byte[]> fromGuest = new LinkedBlockingQueue<>();

    // Guarded by this.
    private int room = Frame.WINDOW;
    private int endsOpen = 2;
    private boolean torn;

    Tunnel(int id, Socket local) {
      this.id = id;
      this.local = local;
    }

    void on(Frame frame) {
      ByteBuffer in = frame.payload();
      switch (frame.type()) {
        case Frame.DATA -> {
          byte[] bytes = new byte[in.position(Long.BYTES).remaining()];
          in.get(bytes);
          fromGuest.add(bytes);
        }
        case Frame.TAKEN -> taken(in.getInt());
        case Frame.CLOSED -> {
          if (in.getInt(Long.BYTES) == 0) {
            fromGuest.add(END);
          } else {
            fromGuest.add(BROKEN);
          }
        }
        default -> {} // it is open
      }
    }

    private synchronized void taken(int bytes) {
      room += bytes;
      notifyAll();
    }

    private synchronized int awaitRoom() throws InterruptedException {
      while (room == 0 && !torn) {
        wait();
      }
      return room;
    }

    /** From the host into the guest. */
    private void read() {
      byte[] bytes = new byte[Frame.WINDOW];
      try {
        InputStream in = local.getInputStream();
        while (true) {
          int n = in.read(bytes, 0, awaitRoom());
          if (n < 0) {
            relay.send(Frame.CLOSED, id);
            ended();
            return;
          }
          synchronized (this) {
            room -= n;
          }
          relay.send(Frame.begin(Frame.DATA, id, n).put(bytes, 0, n));
        }
      } catch (IOException | InterruptedException e) {
        kill();
      }
    }

    /** From the guest to the host. */
    private void write() {
      try {
        OutputStream out = local.getOutputStream();
        while (true) {
          byte[] bytes = fromGuest.take();
          if (bytes == BROKEN) {
            tear();
            return;
          }
          if (bytes.length == 0) {
            local.shutdownOutput();
            ended();
            return;
          }
          out.write(bytes);
          relay.send(Frame.begin(Frame.TAKEN, id, Integer.BYTES).putInt(bytes.length));
        }
      } catch (IOException | InterruptedException e) {
        kill();
      }
    }

    /** One of both directions is at its end. */
    private void ended() {
      boolean last;
      synchronized (this) {
        last = --endsOpen == 0;
      }
      if (last) {
        tunnels.remove(id);
        close(false);
      }
    }

    private void kill() {
      if (tunnels.containsKey(id)) {
        relay.send(Frame.KILL, id);
      }
      tear();
    }

    /** Ends both directions at once; whoever is on the host sees that. */
    void tear() {
      tunnels.remove(id);
      synchronized (this) {
        torn = true;
        notifyAll();
      }
      close(true);
      fromGuest.add(END);
    }

    private void close(boolean reset) {
      try {
        if (reset) {
          local.setSoLinger(true, 0);
        }
        local.close();
      } catch (IOException e) {
        // closed already
      }
    }
  }
}

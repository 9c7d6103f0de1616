package org.malassay.environments.raspbian;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import javax.net.SocketFactory;
import org.malassay.environment.GuestException;
import org.malassay.environments.qemu.Vm;

/**
 * An SSH session that stands half open in a template, so that its clones need not start one: two
 * thirds of what a fresh guest's first session costs is sshd starting its three programs. It speaks
 * over virtio serial ports. Both sides have told their versions, and the server has made its offer
 * for the key exchange; nothing secret has been agreed on. The clone's side draws its numbers after
 * it has woken up with random numbers of its own.
 *
 * <p>It takes a port for each direction. One for both would do, but sshd polls what it reads from
 * and what it writes to each for itself: when bytes came in between the two, the second poll took
 * them out of the ring of Linux's virtio_console, nobody asked the second whether there was
 * something to read, the interrupt found the ring empty and woke nobody, and the session stood
 * still for good (seen once in some hundred guests; {@code port_has_data} and {@code in_intr} of
 * drivers/char/virtio_console.c).
 *
 * @param in what the session reads
 * @param out what it says
 */
record WaitingSession(SocketChannel in, SocketChannel out) {
  /** The version that was told on behalf of whoever will connect. */
  static final String VERSION = "malassay";

  private static final byte[] TOLD = ("SSH-2.0-" + VERSION + "\r\n").getBytes(US_ASCII);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int MOST = 16 * 1024;
  private static final int PACKET_LENGTH = 4;

  /**
   * Its ports are the second and the third: see {@link Machine}. A session may wait as long as a
   * template lives, and one whose sample the kernel killed for want of memory goes on, as those of
   * sshd's own unit.
   */
  static final String START =
      "systemd-run --quiet --unit=malassay-session -p OOMPolicy=continue -p KillMode=process"
          + " sh -c 'exec /usr/sbin/sshd -i -o LoginGraceTime=0 </dev/vport0p2 >/dev/vport0p3 2>/dev/null'";

  /** The session of this machine, which has such ports. */
  static WaitingSession of(Vm vm) {
    return new WaitingSession(vm.channel(Machine.SESSION_IN), vm.channel(Machine.SESSION_OUT));
  }

  /** Has the guest start a session, which then waits, and keeps what it said in a file. */
  void prepare(Ssh ssh, Path greeting) throws GuestException {
    ssh.run(START, PATIENCE);
    byte[] said = Patience.within(PATIENCE, "sshd did not greet on its serial port", this::greet);
    try {
      Files.write(greeting, said);
    } catch (IOException e) {
      throw new GuestException("the session's greeting cannot be kept: " + e, e);
    }
  }

  /** The server's version, a line, and its offer, a packet in clear (RFC 4253, 4.2 and 6). */
  byte[] greet() throws IOException {
    ByteBuffer said = ByteBuffer.allocate(MOST);
    while (line(said) == 0) {
      read(said);
    }
    write(in, ByteBuffer.wrap(TOLD));
    int line = line(said);
    while (said.position() < line + PACKET_LENGTH
        || said.position() < line + PACKET_LENGTH + said.getInt(line)) {
      read(said);
    }
    byte[] greeting = new byte[said.position()];
    said.flip().get(greeting);
    return greeting;
  }

  /** The length of the first line, 0 when it has not ended yet. */
  private static int line(ByteBuffer said) {
    for (int i = 0; i < said.position(); i++) {
      if (said.get(i) == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  private void read(ByteBuffer said) throws IOException {
    if (!said.hasRemaining()) {
      throw new IOException("it says more than was expected");
    }
    if (out.read(said) < 0) {
      throw new IOException("the port was closed");
    }
  }

  private static void write(SocketChannel port, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      port.write(bytes);
    }
  }

  /**
   * A socket that is connected to the session in a clone.
   *
   * @param greeting what the session has said in the template
   */
  SocketFactory socket(byte[] greeting) {
    return new SocketFactory() {
      @Override
      public Socket createSocket() {
        return new PortSocket(WaitingSession.this, greeting);
      }

      @Override
      public Socket createSocket(String host, int at) {
        return createSocket();
      }

      @Override
      public Socket createSocket(String host, int at, InetAddress localHost, int localPort) {
        return createSocket();
      }

      @Override
      public Socket createSocket(InetAddress host, int at) {
        return createSocket();
      }

      @Override
      public Socket createSocket(InetAddress host, int at, InetAddress from, int localPort) {
        return createSocket();
      }
    };
  }

  /** As much of a socket as SSHJ uses. */
  private static final class PortSocket extends Socket {
    private final WaitingSession session;
    private final InputStream in;
    private final OutputStream out;

    PortSocket(WaitingSession session, byte[] greeting) {
      this.session = session;
      this.in = new PortInput(session.out, ByteBuffer.wrap(greeting));
      this.out = new PortOutput(session.in);
    }

    @Override
    public void connect(SocketAddress to, int timeout) {}

    @Override
    public void setSoTimeout(int timeout) {}

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public OutputStream getOutputStream() {
      return out;
    }

    @Override
    public InetAddress getInetAddress() {
      return InetAddress.getLoopbackAddress(); // as if: the port has none
    }

    @Override
    public boolean isConnected() {
      return session.out.isConnected();
    }

    @Override
    public synchronized void close() throws IOException {
      session.in.close();
      session.out.close();
      super.close(); // some options, asked for, make a socket of its own
    }
  }

  /** Not that of {@code Channels}, which lets nobody write while it waits. */
  private static final class PortInput extends InputStream {
    private final SocketChannel port;
    private final ByteBuffer greeting;

    PortInput(SocketChannel port, ByteBuffer greeting) {
      this.port = port;
      this.greeting = greeting;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
      if (greeting.hasRemaining()) {
        int n = Math.min(length, greeting.remaining());
        greeting.get(to, at, n);
        return n;
      }
      return port.read(ByteBuffer.wrap(to, at, length));
    }
  }

  /** Leaves out the line that was told in the template. */
  private static final class PortOutput extends OutputStream {
    private final SocketChannel port;
    private int told;

    PortOutput(SocketChannel port) {
      this.port = port;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int at, int length) throws IOException {
      int skip = Math.min(length, TOLD.length - told);
      if (!Arrays.equals(bytes, at, at + skip, TOLD, told, told + skip)) {
        throw new IOException("the template was told another version of SSH");
      }
      told += skip;
      WaitingSession.write(port, ByteBuffer.wrap(bytes, at + skip, length - skip));
    }
  }
}

package org.malassay.environments.machine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.net.SocketFactory;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeout;

/**
 * An SSH session that stands half open in a template, so that its clones need not start one: two
 * thirds of what a fresh guest's first session costs is sshd starting its three programs. It speaks
 * over virtio serial ports. Both sides have told their versions, and the server has made its offer
 * for the key exchange; nothing secret has been agreed on. The clone's side draws its numbers after
 * it has woken up with random numbers of its own.
 *
 * @param ports by which it speaks
 */
record WaitingSession(Ports ports) {
  /** The version that was told on behalf of whoever will connect. */
  static final String VERSION = "malassay";

  private static final byte[] TOLD = ("SSH-2.0-" + VERSION + "\r\n").getBytes(US_ASCII);
  private static final int MOST = 16 * 1024;
  private static final int PACKET_LENGTH = 4;

  /**
   * A session may wait as long as a template lives, and one whose sample the kernel killed for want
   * of memory goes on, as those of sshd's own unit.
   */
  static final String START =
      "systemd-run --quiet --unit=malassay-session -p OOMPolicy=continue -p KillMode=process"
          + " sh -c 'exec /usr/sbin/sshd -i -o LoginGraceTime=0"
          + Ports.SSH
          + "'";

  /** Has the guest start a session, which then waits, and keeps what it said in a file. */
  void prepare(Ssh ssh, Path greeting) throws GuestException {
    ssh.run(START, Timeout.TEMPLATE_STEP);
    byte[] said =
        Patience.within(
            ssh.timeouts(),
            Timeout.TEMPLATE_STEP.usual(),
            "sshd did not greet on its serial port",
            this::greet);
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
    ports.say(ByteBuffer.wrap(TOLD));
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
    if (ports.out().read(said) < 0) {
      throw new IOException("the port was closed");
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
      this.in = new SequenceInputStream(new ByteArrayInputStream(greeting), session.ports.input());
      this.out = new AfterTheVersion(session.ports.output());
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
      return session.ports.out().isConnected();
    }

    @Override
    public synchronized void close() throws IOException {
      session.ports.close();
      super.close(); // some options, asked for, make a socket of its own
    }
  }

  /** Leaves out the line that was told in the template. */
  private static final class AfterTheVersion extends OutputStream {
    private final OutputStream out;
    private int told;

    AfterTheVersion(OutputStream out) {
      this.out = out;
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
      out.write(bytes, at + skip, length - skip);
    }
  }
}

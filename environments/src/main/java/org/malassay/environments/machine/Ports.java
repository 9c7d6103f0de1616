package org.malassay.environments.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.malassay.environments.qemu.Vm;

/**
 * The two virtio serial ports on which something waits in a template, and in its clones. There is
 * one for each direction. With one port for both, a program polls it twice, for reading and for
 * writing. When bytes came in between, the second poll took them out of the ring of Linux's
 * virtio_console without looking for something to read; the interrupt then found the ring empty and
 * woke nobody, and the conversation stood still for good (seen once in some hundred guests; {@code
 * port_has_data} and {@code in_intr} of drivers/char/virtio_console.c).
 *
 * @param in what the guest's side reads
 * @param out what it says
 */
record Ports(SocketChannel in, SocketChannel out) implements AutoCloseable {
  /** How a program in a guest gets those of SSH. */
  static final String SSH = redirected(Machine.SSH_IN, Machine.SSH_OUT);

  /** The same for the agent's. */
  static final String AGENT = redirected(Machine.AGENT_IN, Machine.AGENT_OUT);

  private static String redirected(String in, String out) {
    return " <%s >%s 2>/dev/null".formatted(device(in), device(out));
  }

  /** The file by which a program in a guest opens a port. */
  static String device(String port) {
    return "/dev/vport0p" + (Machine.PORTS.indexOf(port) + 1);
  }

  /** Those on which an SSH session waits in this machine. */
  static Ports ofSsh(Vm vm) {
    return new Ports(vm.channel(Machine.SSH_IN), vm.channel(Machine.SSH_OUT));
  }

  /** Those on which the agent waits in this machine. */
  static Ports ofAgent(Vm vm) {
    return new Ports(vm.channel(Machine.AGENT_IN), vm.channel(Machine.AGENT_OUT));
  }

  /** Says all of it. */
  void say(ByteBuffer bytes) throws IOException {
    say(in, bytes);
  }

  /** Says all of it to the guest's side of a port. */
  static void say(SocketChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  /**
   * What the guest's side says. Not the stream of {@code Channels}, which lets nobody write
   * meanwhile.
   */
  InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] to, int at, int length) throws IOException {
        return out.read(ByteBuffer.wrap(to, at, length));
      }
    };
  }

  /** What the guest's side hears. */
  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int at, int length) throws IOException {
        say(ByteBuffer.wrap(bytes, at, length));
      }
    };
  }

  @Override
  public void close() throws IOException {
    in.close();
    out.close();
  }
}

package org.malassay.environments.machine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.SocketFactory;
import net.schmizz.sshj.DefaultConfig;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.LoggerFactory;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.xfer.InMemorySourceFile;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/** One SSH connection to a guest, whose host key must be the image's. */
final class Ssh implements AutoCloseable {
  private static final int EXECUTABLE = 0755;

  private static final int FEW_WORDS = 256;

  /** A guest that goes down is no error of this side; what matters is told by exceptions. */
  private static final LoggerFactory SILENT =
      new LoggerFactory() {
        @Override
        public Logger getLogger(String name) {
          return NOPLogger.NOP_LOGGER;
        }

        @Override
        public Logger getLogger(Class<?> type) {
          return NOPLogger.NOP_LOGGER;
        }
      };

  private final SSHClient client;
  private final Timeouts timeouts;

  private Ssh(SSHClient client, Timeouts timeouts) {
    this.client = client;
    this.timeouts = timeouts;
  }

  /** Connects as root with the image's key. */
  static Ssh connect(Image image, int port, Timeouts timeouts) throws GuestException {
    return connect(image, SocketFactory.getDefault(), port, timeouts);
  }

  /** Goes on with the session that waits in a clone. */
  static Ssh resume(Image image, WaitingSession session, byte[] greeting, Timeouts timeouts)
      throws GuestException {
    return connect(image, session.socket(greeting), Machine.SSH, timeouts);
  }

  private static Ssh connect(Image image, SocketFactory sockets, int port, Timeouts timeouts)
      throws GuestException {
    DefaultConfig config = new DefaultConfig();
    config.setLoggerFactory(SILENT);
    config.setVersion(WaitingSession.VERSION);
    config.setKeyExchangeFactories(List.of(new Curve25519SHA256.Factory())); // the cheapest there
    SSHClient client = new SSHClient(config);
    try {
      byte[] hostKey =
          Base64.getDecoder().decode(Files.readString(image.file(Image.HOST_KEY)).split(" ", 3)[1]);
      client.addHostKeyVerifier(
          new net.schmizz.sshj.transport.verification.HostKeyVerifier() {
            @Override
            public boolean verify(String host, int at, java.security.PublicKey key) {
              return java.util.Arrays.equals(
                  hostKey, new Buffer.PlainBuffer().putPublicKey(key).getCompactData());
            }

            @Override
            public List<String> findExistingAlgorithms(String host, int at) {
              return List.of("ssh-ed25519");
            }
          });
      client.setSocketFactory(sockets);
      int most = (int) timeouts.of(Timeout.SSH).toMillis();
      client.setConnectTimeout(most);
      client.setTimeout(most);
      client.getTransport().setTimeoutMs(most);
      client.getConnection().setTimeoutMs(most);
      client.connect(InetAddress.getLoopbackAddress(), port);
      KeyProvider key = client.loadKeys(image.file(Image.KEY).toString());
      client.authPublickey("root", key);
      return new Ssh(client, timeouts);
    } catch (IOException | RuntimeException e) {
      new Ssh(client, timeouts).close();
      throw new GuestException("no SSH session with the guest: " + e, e);
    }
  }

  /** What a file that is copied holds. */
  interface Contents {
    InputStream open() throws IOException;
  }

  /**
   * Copies a file into the guest, executable.
   *
   * @param path where to, in letters that mean nothing to a shell
   */
  void copy(Contents contents, long size, String path) throws IOException {
    client
        .newSCPFileTransfer()
        .upload(
            new InMemorySourceFile() {
              @Override
              public String getName() {
                return path.substring(path.lastIndexOf('/') + 1);
              }

              @Override
              public long getLength() {
                return size;
              }

              @Override
              public InputStream getInputStream() throws IOException {
                return contents.open();
              }

              @Override
              public int getPermissions() {
                return EXECUTABLE;
              }
            },
            path);
  }

  /** What a command says, of which no more is read than a few words. */
  String ask(String command) throws IOException {
    return ask(command, FEW_WORDS);
  }

  /**
   * What a command says.
   *
   * @param most bytes that are read of it
   */
  String ask(String command, int most) throws IOException {
    try (Session.Command running = start(command)) {
      return new String(running.getInputStream().readNBytes(most), US_ASCII);
    }
  }

  /** Starts a command; its session belongs to the caller. */
  Session.Command start(String command) throws IOException {
    return client.startSession().exec(command);
  }

  /** How long is waited for the guest. */
  Timeouts timeouts() {
    return timeouts;
  }

  /** Runs a command to its end. */
  void run(String command, Timeout most) throws GuestException {
    try (Session.Command running = start(command)) {
      running.join(timeouts.of(most).toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      String late = e.getCause() instanceof TimeoutException ? timeouts.over(most) : "";
      throw new GuestException("the guest did not %s%s: %s".formatted(command, late, e), e);
    }
  }

  /** Drops the connection; does not wait for a guest that has nothing to say to that. */
  @Override
  public void close() {
    try {
      Patience.within(
          timeouts,
          Timeout.SSH_END.usual(),
          "the connection is dropped",
          () -> {
            client.disconnect();
            return true;
          });
    } catch (GuestException e) {
      // the guest is thrown away anyhow
    }
  }
}

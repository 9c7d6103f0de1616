package org.malassay.raspbian;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
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
import org.malassay.sample.Sample;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/** One SSH connection to a guest, whose host key must be the image's. */
final class Ssh implements AutoCloseable {
  private static final int EXECUTABLE = 0755;

  /** Of no use but to end what nothing else ends: on a busy host, all takes long. */
  private static final int TIMEOUT_MS = 180_000;

  private static final int FEW_WORDS = 256;
  private static final Duration CLOSING = Duration.ofSeconds(1);

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

  private Ssh(SSHClient client) {
    this.client = client;
  }

  /** Connects as root with the image's key. */
  static Ssh connect(Image image, int port) throws GuestException {
    return connect(image, SocketFactory.getDefault(), port);
  }

  /** Goes on with the session that waits in a clone. */
  static Ssh resume(Image image, WaitingSession session, byte[] greeting) throws GuestException {
    return connect(image, session.socket(greeting), Machine.SSH);
  }

  private static Ssh connect(Image image, SocketFactory sockets, int port) throws GuestException {
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
      client.setConnectTimeout(TIMEOUT_MS);
      client.setTimeout(TIMEOUT_MS);
      client.getTransport().setTimeoutMs(TIMEOUT_MS);
      client.getConnection().setTimeoutMs(TIMEOUT_MS);
      client.connect(InetAddress.getLoopbackAddress(), port);
      KeyProvider key = client.loadKeys(image.file(Image.KEY).toString());
      client.authPublickey("root", key);
      return new Ssh(client);
    } catch (IOException | RuntimeException e) {
      new Ssh(client).close();
      throw new GuestException("no SSH session with the guest: " + e, e);
    }
  }

  /**
   * Copies a sample into the guest, executable.
   *
   * @param path where to, in letters that mean nothing to a shell
   */
  void copy(Sample sample, String path) throws IOException {
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
                return sample.size();
              }

              @Override
              public InputStream getInputStream() throws IOException {
                return sample.open();
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
    try (Session.Command running = start(command)) {
      return new String(running.getInputStream().readNBytes(FEW_WORDS), US_ASCII);
    }
  }

  /** Starts a command; its session belongs to the caller. */
  Session.Command start(String command) throws IOException {
    return client.startSession().exec(command);
  }

  /** Runs a command to its end. */
  void run(String command, Duration timeout) throws GuestException {
    try (Session.Command running = start(command)) {
      running.join(timeout.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new GuestException("the guest did not %s: %s".formatted(command, e), e);
    }
  }

  /** Drops the connection; does not wait for a guest that has nothing to say to that. */
  @Override
  public void close() {
    try {
      Patience.within(
          CLOSING,
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

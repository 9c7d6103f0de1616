package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client is the JDK's. */
class TlsDialogueTest {
  @TempDir private Path folder;

  private static SSLEngine client() throws GeneralSecurityException {
    SSLEngine client = SSLContext.getDefault().createSSLEngine();
    client.setUseClientMode(true);
    SSLParameters parameters = client.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("cnc.example")));
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    client.setSSLParameters(parameters);
    return client;
  }

  private static byte[] hello(SSLEngine client) throws SSLException {
    client.beginHandshake();
    ByteBuffer hello = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    client.wrap(ByteBuffer.allocate(0), hello);
    byte[] bytes = new byte[hello.flip().remaining()];
    hello.get(bytes);
    return bytes;
  }

  @Test
  void theHelloIsKeptAndRefused() throws GeneralSecurityException, SSLException {
    FakeProgram program = new FakeProgram(folder);
    SSLEngine client = client();
    byte[] hello = hello(client);
    int id = program.connect(8443);
    for (byte each : hello) {
      program.say(id, new byte[] {each});
    }
    assertThat(program.questions())
        .containsExactly(
            "tls: hello cnc.example, TLS 1.3 1.2, for h2 http/1.1: refused: handshake_failure");
    ByteBuffer alert = ByteBuffer.wrap(Latin.bytes(program.heard(id)));
    assertThatThrownBy(
            () ->
                client.unwrap(
                    alert, ByteBuffer.allocate(client.getSession().getApplicationBufferSize())))
        .isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("handshake_failure");
    assertThat(program.finished).containsExactly(id);
  }

  @Test
  void aHelloThatIsCutOrMadeUpIsRefusedToo() throws GeneralSecurityException, SSLException {
    FakeProgram program = new FakeProgram(folder);
    byte[] hello = hello(client());
    int id = program.connect(443);
    program.say(id, java.util.Arrays.copyOf(hello, 60));
    assertThat(program.heard(id)).isEmpty();
    program.pass(Duration.ofSeconds(3));
    assertThat(program.heard(id)).hasSize(7);
    java.util.Random random = new java.util.Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] bent = hello.clone();
      for (int j = 0; j < 4; j++) {
        bent[6 + random.nextInt(bent.length - 6)] = (byte) random.nextInt();
      }
      assertThat(TlsDialogue.described(ByteBuffer.wrap(bent))).startsWith("hello");
    }
  }
}

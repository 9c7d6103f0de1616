package org.malassay.environments.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConsoleTest {
  @TempDir Path folder;

  /** What a console has kept of what was said. */
  private String kept(String... words) throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("console"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      try (SocketChannel guest = SocketChannel.open(address);
          Console console = new Console(server.accept())) {
        for (String word : words) {
          ByteBuffer bytes = ByteBuffer.wrap(word.getBytes(US_ASCII));
          while (bytes.hasRemaining()) {
            guest.write(bytes);
          }
        }
        guest.shutdownOutput();
        console.awaitEnd(Duration.ofSeconds(30));
        return console.text();
      }
    }
  }

  @Test
  void whatFitsIsKeptWhole() throws Exception {
    String beginning = "x".repeat(Console.BEGINNING - 1);
    String end = "y".repeat(Console.END - 1);
    assertThat(kept(beginning, "ab", end)).isEqualTo(beginning + "ab" + end);
  }

  @Test
  void ofAFloodTheBeginningAndTheEndAreKept() throws Exception {
    String flood = "z".repeat(1 << 20);
    String kept = kept("begins\n", flood, flood, flood, "Kernel panic");
    assertThat(kept)
        .startsWith("begins\nzzz")
        .endsWith("zzzKernel panic")
        .contains(
            "[%d bytes dropped]".formatted(3 * (1 << 20) + 19 - Console.BEGINNING - Console.END))
        .hasSizeLessThan(Console.BEGINNING + Console.END + 100);
  }
}

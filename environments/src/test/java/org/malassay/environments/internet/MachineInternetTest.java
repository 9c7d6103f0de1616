package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;

@Timeout(30)
class MachineInternetTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exec sleep 60 | 300 | did not connect in 0.3 s; where the host is slow, give more than -Dtimeouts.factor=1",
        "exit 3 | 20000 | ended with status 3 and said nothing",
        "echo internet: cannot start >&2; exit 1 | 20000 | cannot start",
      })
  void aProgramThatDoesNotConnectIsTold(
      String script, long mostMs, String message, @TempDir Path folder) throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(folder.resolve("internet")));
      Process process = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
      try {
        assertThatThrownBy(
                () ->
                    MachineInternet.accept(
                        server, process, Duration.ofMillis(mostMs), new Timeouts(1)))
            .isInstanceOf(GuestException.class)
            .hasMessage("the simulated Internet " + message);
      } finally {
        process.destroyForcibly();
      }
    }
  }
}

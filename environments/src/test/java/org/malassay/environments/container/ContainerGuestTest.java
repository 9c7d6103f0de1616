package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.elf.Architecture;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.libraries.GuestFiles;
import org.malassay.environments.libraries.LibraryChoice;
import org.malassay.environments.libraries.TinyElf;
import org.malassay.options.Options;
import org.malassay.sample.Sample;
import org.testcontainers.dockerclient.TransportConfig;

/** What is said where a guest takes nothing; with an engine that only answers a ping. */
@Timeout(60)
class ContainerGuestTest {
  private static final Timeouts TIMEOUTS = new Timeouts(1);

  @Test
  void aLibraryThatCannotBePutIsNamedAsOneAndTheSampleAsTheSample(@TempDir Path folder)
      throws Exception {
    Path vendor = Files.createDirectories(folder.resolve("vendor"));
    Files.write(vendor.resolve("ld-linux.so.3"), TinyElf.soft().bytes());
    Sample sample =
        new ArmPrograms(folder)
            .bytes("dynamic", TinyElf.soft().interpreter("/lib/ld-linux.so.3").bytes());
    Options options =
        Options.of(Map.of("libraries", "supply", "libraries.from", vendor.toString()));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    URI address = URI.create("tcp://127.0.0.1:" + server.getAddress().getPort());
    try (Engine engine =
        Engine.connect(TransportConfig.builder().dockerHost(address).build(), TIMEOUTS)) {
      ContainerGuest guest = gone(engine);
      assertThatThrownBy(() -> guest.put(sample))
          .isInstanceOf(GuestException.class)
          .hasMessage("the sample could not be put into the guest: the guest is gone");
      guest.suppliedBy(
          LibraryChoice.of(options)
              .open(Set.of(Architecture.ARM), TIMEOUTS, GuestFiles::new)
              .orElseThrow());
      assertThatThrownBy(() -> guest.put(sample))
          .isInstanceOf(GuestException.class)
          .hasMessage(
              "the library /lib/ld-linux.so.3 could not be put into the guest: the guest is gone");
    } finally {
      server.stop(0);
    }
  }

  private static ContainerGuest gone(Engine engine) {
    AgentLink link = new AgentLink(1, TIMEOUTS);
    link.told().ends(new IOException("the guest is gone"));
    return new ContainerGuest(
        engine,
        "no such container",
        link,
        new Limits(Duration.ofSeconds(1), 1, 1 << 20, 1, 1, 1),
        Optional.empty(),
        Set.of(),
        (container, busy) -> {});
  }
}

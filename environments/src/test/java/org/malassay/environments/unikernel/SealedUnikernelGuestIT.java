package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Ending;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.internet.PacketFile;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.web.HttpProbe;

/** The library OS that loads nothing. */
class SealedUnikernelGuestIT extends UnikernelHarness {
  /** Less than the 1.8 s at least that it costs when QEMU has to send a packet again. */
  private static final Duration BEFORE_A_SECOND_SYN = Duration.ofMillis(1600);

  @Override
  KernelProvider provider() {
    return new SealedUnikernelProvider();
  }

  @Override
  Set<Facet> recorded() {
    return EnumSet.of(Facet.CALLS, Facet.PROCESSES, Facet.NETWORK);
  }

  private static final String LOADS_NONE =
      "it loads no program, so no process begins, and no file is made";

  @Test
  void thatNothingIsLoadedIsRecordedAndThereAreNoProcesses() throws Exception {
    assertThat(environment().observes())
        .isEqualTo(
            Map.of(
                Facet.CALLS,
                Origin.LIBRARY_OS,
                Facet.NETWORK,
                Origin.NETWORK,
                Facet.USAGE,
                Origin.HOST));
    assertThat(environment().missing())
        .isEqualTo(Map.of(Facet.PROCESSES, LOADS_NONE, Facet.FILES, LOADS_NONE));
    Assay assay = assay("exits", "return 0;");
    for (Facet facet : List.of(Facet.CALLS, Facet.NETWORK)) {
      assertThat(assay.execution().recording().of(facet)).isEqualTo(FacetState.OBSERVED);
    }
    assertThat(assay.events())
        .hasSize(2)
        .anySatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        SystemCall.class,
                        call -> {
                          assertThat(call.name()).isEqualTo("execve");
                          assertThat(call.path()).contains("/tmp/exits");
                          assertThat(call.error()).contains("ENOSYS");
                        }));
  }

  @Test
  void nothingIsLoadedAndTheServerLivesOn() throws Exception {
    for (var sample :
        List.of(arm().program("exits", "return 0;"), arm().text("script", "#!/bin/sh\nexit 0\n"))) {
      Assay assay = assay(sample);
      assertThat(assay.execution().ending()).isEqualTo(new Ending.Refused("ENOSYS"));
      assertThat(assay.after().available()).isTrue();
      assertThat(assay.after().bodySha256()).isEqualTo(assay.before().bodySha256());
      assertThat(assay.evidence().resolve(PacketFile.NAME)).exists();
    }
  }

  @Test
  void theSameSourcesMakeTheSameBytesWhereverTheyAreBuilt(@TempDir Path folder) throws Exception {
    assertThat(Kernels.digestOfAnother(provider().kernel(), folder))
        .isEqualTo(environment().facts().get("image"));
  }

  @Test
  void itServesThePageOfTheOtherEnvironments() throws Exception {
    try (var page =
        getClass().getResourceAsStream("/org/malassay/environments/service/index.html")) {
      String sha256 =
          java.util.HexFormat.of()
              .formatHex(
                  java.security.MessageDigest.getInstance("SHA-256").digest(page.readAllBytes()));
      assertThat(assay("exits", "return 0;").before().bodySha256()).contains(sha256);
    }
  }

  @Test
  void aCaptureThatReachesItsBoundEndsAndTheGuestServesOn() throws Exception {
    UnikernelMachine machine = Kernels.machine(Kernels.get(Kernel.SEALED), 64);
    int bound = 8 * 1024;
    try (Vm vm =
        Vm.startBounded(
            machine.command(),
            Vm.newFolder(),
            Set.of(),
            new Timeouts(1),
            machine.network(),
            bound)) {
      int port = vm.port(UnikernelMachine.HTTP);
      for (int i = 0; i < 30; i++) {
        assertThat(HttpProbe.ask(port, Duration.ofSeconds(20)).available()).isTrue();
      }
      assertThat(vm.file(UnikernelMachine.CAPTURE)).hasSize(bound);
      assertThat(vm.isAlive()).isTrue();
    }
  }

  /** What waits for the address of a neighbor is kept, more than lwIP's three packets. */
  @Test
  void clientsThatCameBeforeItWasUpAreAllAnswered() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (Vm vm =
        Kernels.machine(Kernels.get(Kernel.SEALED), 64).startPaused(time(), new Timeouts(1))) {
      for (int i = 0; i < 8; i++) {
        clients.add(asked(vm.port(UnikernelMachine.HTTP), 0));
      }
      vm.qmp().execute("cont", Map.of());
      for (Socket client : clients) {
        client.setSoTimeout((int) BEFORE_A_SECOND_SYN.toMillis());
        assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
      }
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  /** A host that makes many connections takes its ports again sooner than TIME-WAIT is over. */
  @Test
  void aClientThatComesAgainFromTheSamePortIsAnsweredAtOnce() throws Exception {
    UnikernelMachine machine = Kernels.machine(Kernels.get(Kernel.SEALED), 64);
    try (Vm vm =
        Vm.start(machine.command(), Vm.newFolder(), Set.of(), new Timeouts(1), machine.network())) {
      int port = vm.port(UnikernelMachine.HTTP);
      assertThat(HttpProbe.ask(port, Duration.ofSeconds(20)).available()).isTrue();
      int from = answered(port, 0, BEFORE_A_SECOND_SYN);
      for (int i = 0; i < 10; i++) {
        assertThat(answered(port, from, BEFORE_A_SECOND_SYN)).isEqualTo(from);
      }
    }
  }

  /** Asks for the page from a local port, any if it is 0, and returns it. */
  private static int answered(int port, int from, Duration timeout) throws Exception {
    try (Socket socket = asked(port, from)) {
      socket.setSoTimeout((int) timeout.toMillis());
      assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
      return socket.getLocalPort();
    }
  }

  private static Socket asked(int port, int from) throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Socket socket = new Socket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(loopback, from));
    socket.connect(new InetSocketAddress(loopback, port), 10_000);
    socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
    return socket;
  }
}

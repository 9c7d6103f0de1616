package org.malassay.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;

/**
 * A sample that tries to get out. Harmless: it opens connections, to listeners of this test's own
 * and to addresses inside of QEMU.
 */
class RaspbianIsolationIT extends RaspbianHarness {
  /** More than all attempts together take, each given up after its own patience. */
  @Override
  protected Duration time() {
    return Duration.ofSeconds(60);
  }

  /** Listens on a port of the host by TCP and UDP, and keeps what arrives. */
  private static final class Listener implements AutoCloseable {
    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final Queue<String> arrived = new ConcurrentLinkedQueue<>();

    Listener(InetAddress address) throws IOException {
      tcp = new ServerSocket(0, 50, address);
      udp = new DatagramSocket(tcp.getLocalPort(), address);
      start(
          () -> {
            while (true) {
              try (Socket socket = tcp.accept()) {
                arrived.add("TCP from " + socket.getRemoteSocketAddress());
              }
            }
          });
      start(
          () -> {
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            while (true) {
              udp.receive(packet);
              arrived.add("UDP from " + packet.getSocketAddress());
              udp.send(packet);
            }
          });
    }

    private interface Loop {
      void run() throws IOException;
    }

    private static void start(Loop loop) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  loop.run();
                } catch (IOException e) {
                  // closed: the test is over
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return tcp.getLocalPort();
    }

    /** Shows that what is sent here would be seen. */
    void assertThatItListens() throws Exception {
      InetSocketAddress here = new InetSocketAddress(tcp.getInetAddress(), port());
      try (Socket socket = new Socket(here.getAddress(), port());
          DatagramSocket sender = new DatagramSocket()) {
        assertThat(socket.getInputStream().read()).isEqualTo(-1); // it was accepted and closed
        sender.setSoTimeout(5000);
        sender.send(new DatagramPacket(new byte[1], 1, here));
        sender.receive(new DatagramPacket(new byte[1], 1));
      }
      assertThat(arrived).hasSize(2);
      arrived.clear();
    }

    @Override
    public void close() throws IOException {
      tcp.close();
      udp.close();
    }
  }

  /** The host's own address in its network, or its loopback when it has none. */
  private static InetAddress lanAddress() throws IOException {
    for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
      if (network.isUp() && !network.isLoopback()) {
        for (InetAddress address : network.inetAddresses().toList()) {
          if (address instanceof Inet4Address) {
            return address;
          }
        }
      }
    }
    return InetAddress.getLoopbackAddress();
  }

  private static final String PROGRAM =
      """
      struct { const char *host; int port; } to[] = {%s};
      for (int i = 0; i < sizeof to / sizeof *to; i++)
        for (int udp = 0; udp < 2; udp++) {
          struct sockaddr_in six4 = {.sin_family = AF_INET, .sin_port = htons(to[i].port)};
          struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(to[i].port)};
          int v6 = strchr(to[i].host, ':') != NULL;
          inet_pton(v6 ? AF_INET6 : AF_INET, to[i].host,
                    v6 ? (void *)&six.sin6_addr : (void *)&six4.sin_addr);
          six.sin6_scope_id = strncmp(to[i].host, "fe80", 4) ? 0 : if_nametoindex("eth0");
          int s = socket(v6 ? AF_INET6 : AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
          int refused = connect(s, v6 ? (void *)&six : (void *)&six4,
                                v6 ? sizeof six : sizeof six4) && errno != EINPROGRESS;
          /* For a name server: the address of a host named x. */
          static const char query[] = "\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\1x\\0\\0\\1\\0\\1";
          if (udp) send(s, query, sizeof query - 1, MSG_NOSIGNAL);
          fd_set set; FD_ZERO(&set); FD_SET(s, &set);
          struct timeval patience = {1, 0};
          int ready = select(s + 1, udp ? &set : NULL, udp ? NULL : &set, NULL, &patience);
          int error = 0; socklen_t n = sizeof error; char c[100];
          getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &n);
          if (!refused && ready > 0 && error == 0 && (!udp || recv(s, c, sizeof c, 0) > 0))
            printf("%%s %%d by %%s\\n", to[i].host, to[i].port, udp ? "UDP" : "TCP");
          close(s);
        }
      puts("done");
      """;

  @Test
  void nothingOfTheHostTheNetworkOrAnotherGuestIsReached() throws Exception {
    InetAddress lan = lanAddress();
    try (Listener loopback = new Listener(InetAddress.getLoopbackAddress());
        Listener outside = new Listener(lan);
        Guest other = environment().start();
        Guest guest = environment().start()) {
      loopback.assertThatItListens();
      outside.assertThatItListens();
      int web = ((RaspbianGuest) other).webPort();
      List<String> targets = new ArrayList<>();
      for (int port : new int[] {loopback.port(), outside.port(), web, 22, 53, 80}) {
        for (String host : List.of("10.0.2.2", "10.0.2.3", "10.0.2.4", lan.getHostAddress())) {
          targets.add("{\"%s\", %d}".formatted(host, port));
        }
      }
      for (String host : List.of("fec0::2", "fec0::3", "fe80::2")) {
        targets.add("{\"%s\", %d}".formatted(host, loopback.port()));
        targets.add("{\"%s\", 53}".formatted(host));
      }
      targets.add("{\"10.0.2.255\", %d}".formatted(loopback.port()));
      targets.add("{\"127.0.0.2\", %d}".formatted(loopback.port()));
      targets.add("{\"127.0.0.1\", 80}"); // the guest's own, to show that reaching is told
      guest.deliver(arm().program("goes out", PROGRAM.formatted(String.join(", ", targets))));

      Execution execution = guest.run(List.of());

      assertThat(execution.ending()).isEqualTo(new Ending.Exited(0));
      assertThat(execution.stdout().text()).isEqualTo("127.0.0.1 80 by TCP\ndone\n");
      assertThat(loopback.arrived).isEmpty();
      assertThat(outside.arrived).isEmpty();
      assertThat(other.probe().available()).isTrue();
    }
  }
}

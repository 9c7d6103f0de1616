package org.malassay.environments.contract;

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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * What a sample in a guest of QEMU's user-mode network could reach beyond it: listeners of this
 * host, on its loopback and in its network, and addresses inside of QEMU. With a harmless program
 * that tries to: it opens connections, to these only.
 */
public final class WayOut implements AutoCloseable {
  /** What the program prints that reaches nothing but the web service of its own guest. */
  public static final String NONE = "127.0.0.1 80 by TCP\ndone\n";

  /** All attempts are made at once, and given up together. */
  private static final String PROGRAM =
      """
      struct { const char *host; int port; } to[] = {%s};
      enum { COUNT = 2 * sizeof to / sizeof *to };
      int sockets[COUNT], failed[COUNT];
      for (int i = 0; i < COUNT; i++) {
        const char *host = to[i / 2].host;
        int udp = i %% 2, v6 = strchr(host, ':') != NULL;
        struct sockaddr_in six4 = {.sin_family = AF_INET, .sin_port = htons(to[i / 2].port)};
        struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(to[i / 2].port)};
        inet_pton(v6 ? AF_INET6 : AF_INET, host,
                  v6 ? (void *)&six.sin6_addr : (void *)&six4.sin_addr);
        six.sin6_scope_id = strncmp(host, "fe80", 4) ? 0 : if_nametoindex("eth0");
        int s = socket(v6 ? AF_INET6 : AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
        if (s < 0) { perror(host); return 1; }
        sockets[i] = s;
        failed[i] = connect(s, v6 ? (void *)&six : (void *)&six4,
                            v6 ? sizeof six : sizeof six4) && errno != EINPROGRESS;
        /* For a name server: the address of a host named x. */
        static const char query[] = "\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\1x\\0\\0\\1\\0\\1";
        if (udp) send(s, query, sizeof query - 1, MSG_NOSIGNAL);
      }
      usleep(1500000);
      for (int i = 0; i < COUNT; i++) {
        int udp = i %% 2, s = sockets[i], error = 0; socklen_t n = sizeof error; char c[100];
        fd_set set; FD_ZERO(&set); FD_SET(s, &set);
        struct timeval now = {0, 0};
        int ready = select(s + 1, udp ? &set : NULL, udp ? NULL : &set, NULL, &now);
        getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &n);
        if (!failed[i] && ready > 0 && error == 0 && (!udp || recv(s, c, sizeof c, 0) > 0))
          printf("%%s %%d by %%s\\n", to[i / 2].host, to[i / 2].port, udp ? "UDP" : "TCP");
      }
      puts("done");
      """;

  private final InetAddress lan;
  private final Listener inner;
  private final Listener outer;

  /** Listens, and makes sure of it. */
  public WayOut() throws Exception {
    lan = lanAddress();
    inner = new Listener(InetAddress.getLoopbackAddress());
    outer = new Listener(lan);
    inner.assertThatItListens();
    outer.assertThatItListens();
  }

  /** A place that may not be reached by TCP nor by UDP. */
  public record Target(String host, int port) {}

  /**
   * The listeners and what may be inside of QEMU, by IPv4.
   *
   * @param others more ports of the host
   */
  public List<Target> targets(int... others) {
    List<Integer> ports = new ArrayList<>(List.of(inner.port(), outer.port(), 22, 53, 80));
    for (int port : others) {
      ports.add(port);
    }
    List<Target> targets = new ArrayList<>();
    for (int port : ports) {
      for (String host : List.of("10.0.2.2", "10.0.2.3", "10.0.2.4", lan.getHostAddress())) {
        targets.add(new Target(host, port));
      }
    }
    targets.add(new Target("10.0.2.255", inner.port()));
    targets.add(new Target("127.0.0.2", inner.port()));
    targets.add(new Target("192.0.2.1", 80));
    return targets;
  }

  /** The same by IPv6, for guests that have it. */
  public List<Target> targetsOfIpv6() {
    List<Target> targets = new ArrayList<>();
    for (String host : List.of("fec0::2", "fec0::3", "fe80::2")) {
      targets.add(new Target(host, inner.port()));
      targets.add(new Target(host, 53));
    }
    return targets;
  }

  /**
   * The body of {@code main}: tries all of them, and the web service of its own guest, to show that
   * reaching is told. Takes a second and a half.
   */
  public static String program(Collection<Target> targets) {
    return PROGRAM.formatted(
        targets.stream()
                .map(target -> "{\"%s\", %d}, ".formatted(target.host(), target.port()))
                .collect(Collectors.joining())
            + "{\"127.0.0.1\", 80}");
  }

  /** Fails when anybody came by, but for the look that somebody can. */
  public void assertThatNobodyCame() {
    assertThat(inner.arrived).isEmpty();
    assertThat(outer.arrived).isEmpty();
  }

  @Override
  public void close() throws IOException {
    inner.close();
    outer.close();
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
}
